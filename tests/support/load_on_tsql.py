"""Loads bills with LLM_COSTS_TARGET=sqlserver into the stand-in of tsql_server.

python tests/support/load_on_tsql.py WAREHOUSE.duckdb RECORD.jsonl
"""

from __future__ import annotations

import sys
from pathlib import Path

from tsql_driver import driver
from tsql_server import Server


def main(warehouse: str, record: str) -> None:
    """Load what the environment's settings name."""
    sys.modules["pyodbc"] = driver(Server(Path(warehouse), Path(record)))
    # Not before the driver is in its place.
    import extract  # noqa: PLC0415

    extract.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
