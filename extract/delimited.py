"""CSV files, plain or gzipped: every column as text, null where there is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.errors import ExtractError
from extract.fields import text, texts
from extract.memory import USUAL_ROW_GROUP
from extract.parquet import ANEW

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import duckdb

# The word NULL is how the FinOps Foundation's own samples, and some tools, write it. No
# row is a comment, which DuckDB takes one for that begins with a number sign.
_OPTIONS = (
    "all_varchar = true, header = true, union_by_name = true, filename = true, "
    "hive_partitioning = false, delim = ',', quote = '\"', escape = '\"', "
    "comment = '', "
    f"nullstr = ['', {text('NULL')}]"
)


def relation(paths: Sequence[str]) -> str:
    """Return SQL that reads files as one table, with their names."""
    return f"read_csv({texts(paths)}, {_OPTIONS})"


def told_separator(names: Collection[str]) -> str:
    """Say that columns are not separated by commas, where their names show it.

    Args:
        names: The columns that were found.
    """
    found = [mark for mark in (";", "\t", "|") if any(mark in name for name in names)]
    if not found:
        return ""
    return f" Its columns are separated by {found[0]!r}: write it with commas."


def biggest_row_group(
    connection: duckdb.DuckDBPyConnection,  # noqa: ARG001 - as of every format
    paths: Sequence[str],  # noqa: ARG001
) -> int:
    """Return the lines that are read at a time: text is read as a stream."""
    return USUAL_ROW_GROUP


def require_columns(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[str], names: Sequence[str]
) -> None:
    """Raise if a file that has rows lacks a column; the union would read it as null.

    Args:
        connection: Where the files can be read.
        paths: The files.
        names: The columns, in any letter case.
    """
    for path in paths:
        sample = connection.sql(f"from {relation([path])} limit 0")
        found = {name.lower() for name in sample.columns}
        lacking = [name for name in names if name.lower() not in found]
        if lacking and connection.sql(f"from {relation([path])} limit 1").fetchall():
            raise ExtractError(f"{path} has no column {', '.join(lacking)}. {ANEW}")
