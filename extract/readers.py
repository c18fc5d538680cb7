"""The formats that bills are delivered in, and the module that reads each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from extract import delimited, parquet

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb


class Reader(Protocol):
    """A module that reads files of one format."""

    def relation(self, paths: Sequence[str]) -> str:
        """Return SQL that reads files as one table, with their names."""
        ...

    def biggest_row_group(
        self, connection: duckdb.DuckDBPyConnection, paths: Sequence[str]
    ) -> int:
        """Return the lines that are read at a time."""
        ...

    def require_columns(
        self,
        connection: duckdb.DuckDBPyConnection,
        paths: Sequence[str],
        names: Sequence[str],
    ) -> None:
        """Raise if a file lacks a column."""
        ...


PARQUET = cast("Reader", parquet)
DELIMITED = cast("Reader", delimited)


def reader_of(key: str) -> Reader:
    """Return what reads a file, by its name."""
    return PARQUET if key.endswith(".parquet") else DELIMITED
