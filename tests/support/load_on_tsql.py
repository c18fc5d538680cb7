"""Loads bills and questions by LLM_COSTS_TARGET=sqlserver into tsql_server's stand-in.

python tests/support/load_on_tsql.py WAREHOUSE.duckdb RECORD.jsonl
"""

from __future__ import annotations

import sys
from pathlib import Path

from loads import LOAD
from tsql_driver import driver
from tsql_server import Server


def main(warehouse: str, record: str) -> None:
    """Load what the environment's settings name."""
    sys.modules["pyodbc"] = driver(Server(Path(warehouse), Path(record)))
    # Not before the driver is in its place.
    exec(LOAD, {})


if __name__ == "__main__":
    main(*sys.argv[1:])
