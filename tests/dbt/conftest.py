"""What tests of the marts share."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest


@pytest.fixture(scope="module")
def marts(built_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The marts of the sample company, to read."""
    connection = duckdb.connect(str(built_warehouse), read_only=True)
    connection.execute("set search_path = 'multi_cloud_costs'")
    yield connection
    connection.close()
