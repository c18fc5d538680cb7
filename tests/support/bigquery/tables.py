"""What a table is, and the error where there is none."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bigquery.googlesql import Rows

VERSIONS = count(1)


class NotFoundError(Exception):
    """A dataset or table that is not there."""


@dataclass
class Table:
    """A table, or a view, which is evaluated when somebody reads it.

    Attributes:
        rows: Its content; of a view, none.
        view: The query of a view; '' for a table.
        sources: What a view reads.
        resource: What the REST interface was told and tells again.
        version: Another one whenever the content is another one.
    """

    rows: Rows
    view: str = ""
    sources: tuple[str, ...] = ()
    resource: dict[str, Any] = field(default_factory=dict)
    version: int = field(default_factory=lambda: next(VERSIONS))
    created_ms: int = field(default_factory=lambda: int(time.time() * 1000))

    @property
    def kind(self) -> str:
        """TABLE or VIEW."""
        return "VIEW" if self.view else "TABLE"


def in_dataset(tables: Mapping[str, Table], dataset: str) -> dict[str, Table]:
    """Give a dataset's tables, `project.dataset` named, by their own names."""
    return {
        name.rpartition(".")[2]: table
        for name, table in tables.items()
        if name.rpartition(".")[0] == dataset
    }
