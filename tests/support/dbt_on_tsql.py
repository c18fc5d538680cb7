"""Runs dbt with --target sqlserver against the stand-in of tsql_server.

    python tests/support/dbt_on_tsql.py WAREHOUSE.duckdb RECORD.jsonl build ...

A program of its own, because dbt and its adapter keep state that lasts as long as their
process does.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tsql_driver import driver
from tsql_server import Server


def main(warehouse: str, record: str, *arguments: str) -> None:
    """Run one dbt command; end with 1 when it fails."""
    sys.modules["pyodbc"] = driver(Server(Path(warehouse), Path(record)))
    # Not before the driver is in its place.
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    done = dbtRunner().invoke([*arguments, "--target", "sqlserver"])
    sys.exit(0 if done.success else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
