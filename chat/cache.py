"""Answers of the warehouse, kept until the data changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from chat.parameters import Parameter
    from chat.warehouse import Reader

MOST_KEPT = 512
Made = TypeVar("Made")


class CachedReader:
    """A reader that remembers.

    The key is the statement with its values, the asker's customers among them, and the
    version of the data: what one may see is never given to another, and a new load is
    seen at once. What several ask at once is worked out once, and the others wait.
    """

    def __init__(self, reader: Reader) -> None:
        """Stand before a reader."""
        self.reader = reader
        self._kept: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def target(self) -> str:
        """The dbt target."""
        return self.reader.target

    @property
    def version(self) -> str:
        """The version of the data."""
        return self.reader.version

    def read(self, sql: str, parameters: Sequence[Parameter]) -> list[tuple[Any, ...]]:
        """Give the rows, from memory where the same was asked of the same data."""
        return self.once((sql, *parameters), lambda: self.reader.read(sql, parameters))

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Give what is made of the data, from memory as long as that is the same.

        Args:
            key: All that it depends on beside the data: whose it is, first of all.
            make: Makes it.
        """
        found: Future[Made]
        versioned = (self.reader.version, key)
        with self._lock:
            known = self._kept.get(versioned)
            if known is not None:
                self._kept.move_to_end(versioned)
            found = known or Future()
            if known is None:
                self._kept[versioned] = found
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        if known is None:
            try:
                found.set_result(make())
            except BaseException as error:
                # What failed is tried anew by whoever asks next.
                with self._lock:
                    self._kept.pop(versioned, None)
                found.set_exception(error)
                raise
        return found.result()


def once(reader: Reader, key: Hashable, make: Callable[[], Made]) -> Made:
    """Give what is made of a reader's data, from memory where the reader has one.

    Args:
        reader: The warehouse.
        key: All that it depends on beside the data: whose it is, first of all.
        make: Makes it.
    """
    return reader.once(key, make) if isinstance(reader, CachedReader) else make()
