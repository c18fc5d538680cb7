"""Reading marts that several warehouses hold together, each those of its own clouds.

Each warehouse is asked, at the same time and under the same conditions, the asker's
scope among them, for the rows that a statement is about. They are put together in a
DuckDB of this statement's own in memory, where it runs as it would on one warehouse:
shares, distinct counts and orders are right over all clouds.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
from sqlglot import exp, parse_one

from chat.dialects import DIALECTS, MARTS
from chat.joint_marts import (
    COMBINED,
    OF_PROVIDERS,
    OF_SETTINGS,
    PROVIDER_COLUMN,
    SUMMED,
    Combined,
    type_of,
)
from chat.nodes import column, conjuncts, named
from chat.parameters import Parameters
from chat.warehouse import SECONDS, WarehouseError, check_reads, too_slow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chat.parameters import Parameter
    from chat.warehouse import Reader

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A warehouse that holds a part.

    Attributes:
        reader: How it is read.
        providers: Whose cost it is asked for, as the marts write them.
        is_shared: Whether it holds cost of other providers as well, which another
            warehouse answers for.
    """

    reader: Reader
    providers: tuple[str, ...]
    is_shared: bool = False


@dataclass(frozen=True, kw_only=True)
class JointReader:
    """Several warehouses, read as if they were one.

    Attributes:
        parts: The warehouses; together they hold all cost, each provider's once.
        seconds: Longest that the statement may take once all rows are there.
        target: Statements are compiled for the DuckDB in which they run in the end.
    """

    parts: tuple[Part, ...]
    seconds: float = SECONDS
    target: str = "duckdb"

    @property
    def version(self) -> str:
        """What changes with the data of any warehouse."""
        return "|".join(part.reader.version for part in self.parts)

    def read(self, sql: str, parameters: Sequence[Parameter]) -> Rows:
        """Give the rows.

        Raises:
            WarehouseError: A warehouse could not answer, or they cannot together.
        """
        check_reads(sql)
        bound = Parameters()
        tree = _bind(parse_one(sql, dialect=self.target), parameters, bound)
        with duckdb.connect(":memory:") as connection:
            connection.execute(f'create schema "{MARTS}"')
            for table in list(tree.find_all(exp.Table)):
                if table.db == MARTS:
                    self._gather(connection, table, bound)
            connection.execute("set enable_external_access = false")
            text, values = bound.render(tree, DIALECTS[self.target])
            timer = threading.Timer(self.seconds, connection.interrupt)
            timer.start()
            try:
                return connection.execute(text, list(values)).fetchall()
            except duckdb.InterruptException as error:
                raise too_slow(self.seconds) from error
            except duckdb.Error as error:
                raise WarehouseError("The warehouses could not answer.") from error
            finally:
                timer.cancel()

    def _gather(
        self, connection: duckdb.DuckDBPyConnection, table: exp.Table, bound: Parameters
    ) -> None:
        """Put the rows of a mart that a select needs where it looks for them."""
        select = table.find_ancestor(exp.Select)
        if select is None or select.args.get("joins"):
            raise WarehouseError("Marts of several warehouses are read one by one.")
        if table.name in COMBINED:
            self._gather_combined(connection, table.name, select, bound)
            return
        if table.name not in OF_PROVIDERS | OF_SETTINGS:
            raise WarehouseError(f"{table.name} is of one warehouse only.")
        names = sorted({one.name for one in select.find_all(exp.Column)})
        where = select.args.get("where")
        conditions = list(conjuncts(where.this)) if where else []
        rows: Rows = []
        for found in self._ask(table.name, names, conditions, bound):
            rows += found
        if table.name in OF_SETTINGS:
            rows = list(dict.fromkeys(rows))
        _fill(connection, table.name, names, rows)

    def _gather_combined(
        self,
        connection: duckdb.DuckDBPyConnection,
        mart: str,
        select: exp.Select,
        bound: Parameters,
    ) -> None:
        shared = next((part for part in self.parts if part.is_shared), None)
        if shared:
            raise WarehouseError(
                "Budgets, margins and anomalies cannot be told while "
                f"{shared.reader.target} holds clouds that are read elsewhere."
            )
        combined: Combined = COMBINED[mart]
        where = select.args.get("where")
        kept = [
            one
            for one in (conjuncts(where.this) if where else ())
            if {found.name for found in one.find_all(exp.Column)} <= {*combined.keys}
        ]
        names = [*combined.keys, *combined.columns]
        rows = [row for found in self._ask(mart, names, kept, bound) for row in found]
        _fill(connection, "parts", names, rows)
        made = combined.sql.format(parts=f'"{MARTS}"."parts"')
        connection.execute(f'create table "{MARTS}"."{mart}" as {made}')

    def _ask(
        self, mart: str, names: list[str], conditions: list[exp.Expr], bound: Parameters
    ) -> Iterable[Rows]:
        """Ask all warehouses at once; give what each one says."""

        def ask(part: Part) -> Rows:
            values = Parameters(list(bound.values))
            select = _of_part(mart, names, conditions, part, values)
            dialect = DIALECTS[part.reader.target]
            return part.reader.read(*values.render(select, dialect))

        with ThreadPoolExecutor(len(self.parts)) as pool:
            return list(pool.map(ask, self.parts))


def _of_part(
    mart: str,
    names: list[str],
    conditions: list[exp.Expr],
    part: Part,
    parameters: Parameters,
) -> exp.Select:
    """Write what a warehouse is asked: the columns, added up as far as they may be."""
    summed = SUMMED.get(mart, frozenset())
    select = exp.select(
        *(
            named(exp.Sum(this=column(name)), name) if name in summed else column(name)
            for name in names
        )
    ).from_(exp.to_table(f"{MARTS}.{mart}"))
    for condition in conditions:
        select = select.where(condition.copy())
    if mart in OF_PROVIDERS:
        values = parameters.bind_all(part.providers)
        select = select.where(exp.In(this=column(PROVIDER_COLUMN), expressions=values))
    if summed:
        keys = [column(name) for name in names if name not in summed]
        select = select.group_by(*keys)
    return select


def _bind(
    statement: exp.Expr, values: Sequence[Parameter], parameters: Parameters
) -> exp.Expr:
    """Put each value's mark back in the place of the driver's."""

    def marked(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Placeholder):
            return node
        return parameters.bind(values[int(node.name) - 1])

    return statement.transform(marked)


def _fill(
    connection: duckdb.DuckDBPyConnection, table: str, names: list[str], rows: Rows
) -> None:
    """Make a table of rows; as text first, since each driver has types of its own."""
    # Imported here: every command comes by, and few read several warehouses.
    import pyarrow as pa  # noqa: PLC0415

    texts = {
        name: pa.array(
            [None if row[n] is None else str(row[n]) for row in rows], pa.string()
        )
        for n, name in enumerate(names)
    }
    connection.register("gathered", pa.table(texts))
    typed = (f'cast("{name}" as {type_of(name)}) as "{name}"' for name in names)
    connection.execute(
        f'create table "{MARTS}"."{table}" as '  # noqa: S608 - the registry's names
        f"select {', '.join(typed)} from gathered"
    )
    connection.unregister("gathered")
