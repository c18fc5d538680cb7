"""Which data a server holds, for the cache of answers."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from sqlglot import exp

from chat.dialects import DIALECTS, MARTS
from chat.nodes import column
from chat.parameters import Parameters

if TYPE_CHECKING:
    from chat.warehouse import Reader

# How long a look at the server holds: a new load is seen after so many seconds.
LOOK_SECONDS = 15.0
# Marts are built one after the other, and the one that tells of a load is not the last:
# what was answered in between is asked again after so many seconds.
KEEP_SECONDS = 300.0


class DataVersion:
    """Asks now and then when bills were last loaded."""

    def __init__(self, reader: Reader) -> None:
        """Ask by a reader."""
        self._reader = reader
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._loaded = ""

    def read(self) -> str:
        """Give what changes when a load has landed."""
        now = time.monotonic()
        with self._lock:
            if now - self._looked_at > LOOK_SECONDS:
                self._loaded = str(self._look())
                self._looked_at = now
            return f"{self._loaded}/{now // KEEP_SECONDS:.0f}"

    def _look(self) -> list[tuple[object, ...]]:
        parameters = Parameters()
        last = exp.Max(this=column("last_loaded_at"))
        counted = exp.Count(this=exp.Star())
        statement = exp.select(last, counted)
        statement = statement.from_(exp.to_table(f"{MARTS}.data_freshness"))
        sql, values = parameters.render(statement, DIALECTS[self._reader.target])
        return self._reader.read(sql, values)
