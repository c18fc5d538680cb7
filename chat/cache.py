"""Answers of the warehouse, kept until the data changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chat.parameters import Parameter
    from chat.warehouse import Reader

MOST_KEPT = 512


class CachedReader:
    """A reader that remembers.

    The key is the statement with its values, the asker's customers among them, and the
    version of the data: what one may see is never given to another, and a new load is
    seen at once.
    """

    def __init__(self, reader: Reader) -> None:
        """Stand before a reader."""
        self.reader = reader
        self._kept: OrderedDict[tuple[Any, ...], list[tuple[Any, ...]]] = OrderedDict()
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
        key = (self.reader.version, sql, *parameters)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        rows = self.reader.read(sql, parameters)
        with self._lock:
            self._kept[key] = rows
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return rows
