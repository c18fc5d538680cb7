"""What keeps files from being read or added up, said with file, column and way out."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from extract import parquet
from extract.duckdb_errors import told
from extract.errors import ExtractError
from extract.memory import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extract.scan import Question, Scan


@contextmanager
def explained(scan: Scan, columns: Mapping[str, str]) -> Iterator[None]:
    """Turn DuckDB's errors into ones that name the file and the way out."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        detail = told(error)
        if isinstance(error, duckdb.OutOfMemoryException):
            raise ExtractError(
                f"{detail} The files' row groups need more memory: set {VARIABLE}, "
                "for example to 4GB, and run again."
            ) from error
        if isinstance(error, parquet.UNFIT):
            uncastable = parquet.find_uncastable(
                scan.connection, scan.paths, columns, scan.reader.relation
            )
            detail = uncastable or detail
        raise ExtractError(f"{detail} {parquet.ANEW}") from error


def no_currency_error(scan: Scan, question: Question) -> ExtractError:
    """Return an error about costs in no currency, which no rate could convert.

    Args:
        scan: The files.
        question: What is read of them; the currency is the last of its keys.
    """
    name, sql = list(question.keys.items())[-1]
    given = f"nullif({sql}, '')"
    return parquet.null_cost_error(
        scan.connection, scan.paths, {name: given}, [given], scan.reader.relation
    )
