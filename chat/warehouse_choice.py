"""The reader of the warehouse that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.cache import CachedReader
from chat.warehouse import DuckDBReader
from chat.warehouse_bigquery import BigQueryReader
from chat.warehouse_drivers import postgres_driver, redshift_driver, sqlserver_driver
from chat.warehouse_servers import ServerReader

if TYPE_CHECKING:
    from chat.warehouse import Reader
    from chat.warehouse_settings import WarehouseSettings

DRIVERS = {
    "postgres": postgres_driver,
    "redshift": redshift_driver,
    "sqlserver": sqlserver_driver,
}


def make_reader(settings: WarehouseSettings) -> Reader:
    """Make the reader of a warehouse; nothing is connected yet.

    Args:
        settings: Which, and how it is reached.

    Raises:
        SettingsError: Its driver is not installed.
    """
    return CachedReader(make_plain_reader(settings))


def make_plain_reader(settings: WarehouseSettings) -> Reader:
    """Make the reader of a warehouse that remembers no answers."""
    if settings.bigquery:
        return BigQueryReader(settings.bigquery, settings.seconds)
    if settings.server:
        driver = DRIVERS[settings.target](settings.server, settings.seconds)
        return ServerReader(
            target=settings.target, driver=driver, seconds=settings.seconds
        )
    return DuckDBReader(path=settings.serving, seconds=settings.seconds)
