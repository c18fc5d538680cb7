"""What came of a statement."""

from dataclasses import dataclass

from bigquery.googlesql import Rows


class UnsupportedError(Exception):
    """What BigQuery can do and this engine cannot."""


@dataclass
class Outcome:
    """What a statement did.

    Attributes:
        kind: BigQuery's word for the statement.
        rows: The answer of a query.
        affected: Rows that DML changed.
        target: The table that was written.
    """

    kind: str
    rows: Rows | None = None
    affected: int | None = None
    target: str = ""
