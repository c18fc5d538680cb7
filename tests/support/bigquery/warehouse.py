"""Datasets, tables and views, in memory."""

import re
from collections.abc import Iterable
from typing import Any

from zetasql.core import ZetaSQLError

from bigquery.elsewhere import evaluate_elsewhere
from bigquery.googlesql import GoogleSql, Rows
from bigquery.metadata import is_metadata, metadata
from bigquery.narrowing import narrowed
from bigquery.tables import NotFoundError, Table
from bigquery.values import Columns

# A table's name as dbt and dlt write it: `project`.`dataset`.`table` or `project.…`.
NAME = re.compile(r"`[^`]+`(?:\.(?:`[^`]+`|[A-Za-z_]\w*))+|`[^`]+\.[^`]+`")
PARTS = 3
OUT_OF_MEMORY = "Out of memory for MemoryAccountant"


class Warehouse:
    """What the projects hold."""

    def __init__(self, heavy: Iterable[str] = ()) -> None:
        """Begin with nothing.

        Args:
            heavy: Own names of views and tables that are made elsewhere.
        """
        self.sql = GoogleSql()
        self._heavy = frozenset(heavy)
        self.datasets: dict[str, dict[str, Any]] = {}
        self.tables: dict[str, Table] = {}
        self._views: dict[str, tuple[Any, Rows]] = {}

    def put(self, name: str, table: Table) -> Table:
        """Make a table or put it in the place of another."""
        dataset = name.rpartition(".")[0]
        if dataset not in self.datasets:
            raise NotFoundError(f"Not found: Dataset {dataset.replace('.', ':', 1)}")
        self.tables[name] = table
        return table

    def find(self, name: str) -> Table:
        """Give a table or raise."""
        if name not in self.tables:
            raise NotFoundError(f"Not found: Table {name.replace('.', ':', 1)}")
        return self.tables[name]

    def drop(self, name: str, *, is_if_exists: bool = False) -> None:
        """Forget a table."""
        if not is_if_exists:
            self.find(name)
        self.tables.pop(name, None)
        self._views.pop(name, None)

    def columns(self, names: Iterable[str]) -> dict[str, Rows]:
        """Give tables without their rows, for checking a statement."""
        return {name: self._shape(name) for name in names}

    def _shape(self, name: str) -> Rows:
        if is_metadata(name):
            return metadata(self.datasets, self.tables, name)
        rows = self.find(name).rows
        return Rows(rows.columns, pseudo=rows.pseudo)

    def contents(self, names: Iterable[str]) -> dict[str, Rows]:
        """Give tables with their rows."""
        return {name: self.content(name) for name in names}

    def content(self, name: str) -> Rows:
        """Give a table's rows; a view's are evaluated once per state of its sources."""
        if is_metadata(name):
            return metadata(self.datasets, self.tables, name)
        table = self.find(name)
        if not table.view:
            return table.rows
        state = self._state(name)
        if name not in self._views or self._views[name][0] != state:
            columns = table.rows.columns
            rows = self.evaluate(name, table.view, table.sources, columns)
            self._views[name] = (state, rows)
        return self._views[name][1]

    def evaluate(
        self, name: str, sql: str, sources: Iterable[str], columns: Columns
    ) -> Rows:
        """Give what a view or a new table holds, whose columns the analyser gave."""
        contents = self.contents(sources)
        if name.rpartition(".")[2] in self._heavy:
            return evaluate_elsewhere(sql, contents, columns)
        return self.sql.evaluate(sql, contents)

    def answer(self, sql: str, names: Iterable[str]) -> Rows:
        """Give a query's answer, elsewhere if the evaluator has too little memory."""
        contents = narrowed(sql, self.contents(names))
        try:
            return self.sql.evaluate(sql, contents)
        except ZetaSQLError as error:
            if OUT_OF_MEMORY not in str(error):
                raise
        return evaluate_elsewhere(sql, contents, self.sql.answer_columns(sql, contents))

    def _state(self, name: str) -> Any:
        table = self.find(name)
        return (table.version, *map(self._state, table.sources))


def joined_names(sql: str) -> str:
    """Write every table's name in one pair of backticks, as it is catalogued."""

    def join(match: re.Match[str]) -> str:
        name = match[0].replace("`", "")
        return f"`{name}`" if name.count(".") >= PARTS - 1 else match[0]

    return NAME.sub(join, sql)


def empty(columns: Columns) -> Rows:
    """Give rows of some columns, none yet."""
    return Rows(dict(columns))
