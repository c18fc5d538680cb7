"""The chat's store on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from postgres_server import PostgresServer
from store_checks import check_store

from chat.store.database import Store

pytestmark = pytest.mark.engine


def test_a_store_on_postgresql_keeps_what_it_is_given(
    postgres_server: PostgresServer, postgres_database: str
) -> None:
    """Several replicas need one store."""
    store = Store(postgres_server.url(postgres_database))
    try:
        check_store(store)
    finally:
        store.close()


def test_replicas_that_start_together_migrate_once(
    postgres_server: PostgresServer, postgres_database: str
) -> None:
    """Two that make the same table at the same time both fail to start."""
    stores = [Store(postgres_server.url(postgres_database)) for _ in range(4)]
    try:
        with ThreadPoolExecutor(len(stores)) as pool:
            list(pool.map(Store.migrate, stores))
        assert all(store.is_there for store in stores)
    finally:
        for store in stores:
            store.close()
