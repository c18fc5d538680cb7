"""The one event loop that all requests to language models run on.

Questions are answered in threads, and clients of HTTP belong to the loop that they were
first used on: so there is one, in a thread of its own, for as long as the process.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
    from typing import Any

T = TypeVar("T")


class Loop:
    """An event loop in a thread."""

    def __init__(self) -> None:
        """Start it."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="llm", daemon=True
        )
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something to its end, from any other thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def stream(self, make: Callable[[], AsyncIterator[str]]) -> Iterator[str]:
        """Give pieces as they come; whoever stops listening ends the work.

        Args:
            make: Begins the work.
        """
        pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()

        async def pass_on() -> None:
            try:
                async for piece in make():
                    pieces.put(piece)
            finally:
                pieces.put(None)

        work = asyncio.run_coroutine_threadsafe(pass_on(), self._loop)
        try:
            while (piece := pieces.get()) is not None:
                yield piece
            work.result()
        finally:
            work.cancel()

    def close(self) -> None:
        """End the thread; what runs on it should have ended."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
