"""Servers of tests, in a thread for as long as a block runs."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socketserver
    from collections.abc import Iterator

# How often a server looks whether it has to end; by default every test waits for half
# a second.
SECONDS = 0.02


@contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[str]:
    """Serve, and give the address that an HTTP server has."""
    thread = threading.Thread(target=server.serve_forever, args=(SECONDS,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
