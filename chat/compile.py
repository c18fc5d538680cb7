"""From a `CostQuery` to one SQL statement, with the asker's scope on every relation.

The statement goes in steps: *scoped* holds the rows that the asker may see and that the
query is about, *measured* their figures, *compared* those of two periods side by side,
*answered* what is shown of them; the last select sorts and cuts. Only *scoped* reads a
mart. Every value is a bound parameter; what stands in the text is the registry's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlglot import exp

from chat.dialects import DIALECTS, MARTS
from chat.metrics import METRICS
from chat.nodes import column, number
from chat.parameters import Parameters
from chat.periods import Period
from chat.query import compared_period
from chat.relations import DIMENSIONS
from chat.scoping import check_scope, refuse_hidden
from chat.steps import Steps, before

if TYPE_CHECKING:
    from datetime import date

    from chat.metrics import Unit
    from chat.parameters import Parameter
    from chat.query import CostQuery
    from chat.scope import Scope

MOST_STATEMENTS = 512


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the answer.

    Attributes:
        name: Its name in the rows.
        label: Its name for people.
        unit: What its numbers count; None for a dimension.
    """

    name: str
    label: str
    unit: Unit | None = None


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A statement that is ready to run.

    Attributes:
        sql: Its text, without any value of the question.
        parameters: The values, in the order of their marks.
        columns: What it returns.
        period: The days it is about.
        compared: The days they are held against.
        is_of_bills: Whether the figures are days of bills, not budgets or forecasts.
    """

    sql: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    period: Period
    compared: Period | None = None
    is_of_bills: bool = True


def compile_query(  # noqa: PLR0913 - the scope has to be given, by name
    query: CostQuery,
    *,
    scope: Scope,
    target: str,
    today: date,
    complete_until: date | None = None,
    schema: str = MARTS,
) -> Compiled:
    """Make the statement that answers a query, or give the one made of the same before.

    Args:
        query: The question.
        scope: Whose rows the asker may see.
        target: Warehouse that it will run on.
        today: The asker's day.
        complete_until: Last day that the bills hold completely.
        schema: Schema, or data set, of the marts.

    Raises:
        NotInScope: The figure is of all customers together, and the asker may not see
            all of them.
        QueryError: The query cannot be answered.
    """
    return _compile(query, scope, target, today, complete_until, schema)


# The scope is part of what a statement is found again by: it is in its text and values.
@lru_cache(maxsize=MOST_STATEMENTS)
def _compile(  # noqa: PLR0913, PLR0917 - all that makes a statement what it is
    query: CostQuery,
    scope: Scope,
    target: str,
    today: date,
    complete_until: date | None,
    schema: str,
) -> Compiled:
    refuse_hidden(query, scope)
    period = query.time.resolve(today=today, complete_until=complete_until)
    compared = None
    if query.comparison:
        if complete_until and period.first <= complete_until:
            # Half a day held against a whole one would look like a saving.
            period = Period(first=period.first, last=min(period.last, complete_until))
        compared = compared_period(period, query.comparison)
    parameters = Parameters()
    steps = Steps(
        query=query,
        scope=scope,
        dialect=DIALECTS[target],
        period=period,
        compared=compared,
        schema=schema,
        parameters=parameters,
    )
    columns = _columns(query, steps.dimensions)
    named = steps.named_steps()
    statement = exp.select(*(column(one.name) for one in columns))
    statement = statement.from_(exp.to_table(named[-1][0]))
    for condition in steps.conditions_on_lines():
        statement = statement.where(condition)
    statement = statement.order_by(*_order(query, steps.dimensions)).limit(query.limit)
    for name, body in named:
        statement = statement.with_(name, as_=body)
    check_scope(statement, scope, parameters)
    sql, values = parameters.render(statement, DIALECTS[target])
    return Compiled(
        sql=sql,
        parameters=values,
        columns=columns,
        period=period,
        compared=compared,
        is_of_bills=query.relation.grain == "day",
    )


def _columns(query: CostQuery, dimensions: list[str]) -> tuple[Column, ...]:
    columns = [Column(name=name, label=DIMENSIONS[name].label) for name in dimensions]
    for metric in (METRICS[name] for name in query.metrics):
        label, unit = metric.label, metric.unit
        columns.append(Column(name=metric.name, label=label, unit=unit))
        if query.comparison:
            name = before(metric.name)
            columns.append(Column(name=name, label=f"{label} before", unit=unit))
    return tuple(columns)


def _order(query: CostQuery, dimensions: list[str]) -> list[exp.Expr]:
    """Give the sort keys; the last ones make every order a total one."""
    times = [name for name in dimensions if DIMENSIONS[name].is_time]
    others = [name for name in dimensions if name not in times]
    keys: list[exp.Expr] = []
    if query.order is not None or not times:
        name = (query.order and query.order.metric) or query.metrics[0]
        value: exp.Expr = column(name)
        if query.order and query.order.by == "change":
            value = exp.Sub(this=_or_0(name), expression=_or_0(before(name)))
        # Where nulls stand is another place on every engine.
        is_null = exp.case().when(value.copy().is_(exp.null()), number(1))
        keys.append(exp.Ordered(this=is_null.else_(number(0))))
        is_descending = query.order.descending if query.order else True
        keys.append(exp.Ordered(this=value, desc=is_descending))
    return keys + [exp.Ordered(this=column(name)) for name in (*times, *others)]


def _or_0(name: str) -> exp.Expr:
    return exp.func("coalesce", column(name), number(0))
