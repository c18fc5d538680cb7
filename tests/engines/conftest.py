"""Engines that the tests start themselves; `make test-engines` runs these tests.

A missing engine is a failure that says what to install, never a skip: without the
engine nothing is known about the warehouse.
"""

from collections.abc import Iterator

import pytest
from postgres_server import PostgresServer


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this worker's own; make databases in it."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgres_database(postgres_server: PostgresServer) -> str:
    """Name of an empty database."""
    return postgres_server.new_database()
