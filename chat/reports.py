"""Reports: figures that are looked up whole instead of asked for by dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from chat.compile import Column
from chat.dialects import DIALECTS, MARTS
from chat.errors import NotInScope
from chat.nodes import column, named, parse
from chat.parameters import Parameters
from chat.periods import Period, month_of
from chat.scoping import check_scope, scope_condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chat.metrics import Unit
    from chat.parameters import Parameter
    from chat.query import Filter
    from chat.scope import Scope
    from chat.warehouse import Reader


MOST_STATEMENTS = 256


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """A report's statement over one mart.

    Attributes:
        mart: Its table.
        columns: Name, label, unit and aggregate of each column; None for a key.
        time_column: What the period applies to.
        is_monthly: Whether that holds first days of months.
        has_customers: Whether each row belongs to one customer.
        is_public: Whether it tells nothing of any customer, so that all may see it.
        when: Condition of the rows that count.
        dimensions: Dimension to column, for filters.
    """

    mart: str
    columns: tuple[tuple[str, str, Unit | None, str | None], ...]
    time_column: str | None = None
    has_customers: bool = False
    is_public: bool = False
    when: str | None = None
    dimensions: tuple[tuple[str, str], ...] = (("provider", "cloud_provider"),)


LOOKUPS: dict[str, Lookup] = {
    # Of accounts, only what all of them share with whoever asks: how old the bills are.
    "data_freshness": Lookup(
        mart="data_freshness",
        columns=(
            ("cloud_provider", "Cloud", None, None),
            ("complete_until", "Complete until", "text", "min(last_complete_date)"),
            ("loaded_at", "Loaded at", "text", "max(last_loaded_at)"),
        ),
        is_public=True,
    ),
    "invoice_variance": Lookup(
        mart="load_reconciliation",
        columns=(
            ("cloud_provider", "Cloud", None, None),
            ("currency", "Currency", None, None),
            ("billed", "Billed", "amount", "sum(ledger_cost)"),
            (
                "accounted",
                "Accounted for",
                "amount",
                "sum(unified_cost) + sum(excluded_cost)",
            ),
            ("difference", "Difference", "amount", "sum(difference)"),
        ),
        time_column="billing_period",
    ),
    "is_normal": Lookup(
        mart="customer_anomalies",
        columns=(
            ("cost", "Cost", "usd", "sum(cost_usd)"),
            ("expected", "Expected", "usd", "sum(expected_cost_usd)"),
            (
                "unusual",
                "Unusual customers",
                "count",
                "sum(case when severity <> 'none' then 1 else 0 end)",
            ),
        ),
        time_column="date",
        has_customers=True,
        dimensions=(("customer", "customer_id"),),
    ),
    "what_if_savings": Lookup(
        mart="model_switch_savings",
        columns=(
            ("model", "Model", None, None),
            ("cloud_provider", "On", None, None),
            ("candidate_model", "Instead", None, None),
            ("candidate_cloud_provider", "There on", None, None),
            ("cost", "Cost", "usd", "sum(cost_usd)"),
            ("instead", "Cost instead", "usd", "sum(candidate_cost_usd)"),
            ("saving", "Saving", "usd", "sum(saving_usd)"),
        ),
        time_column="month",
        has_customers=True,
        when="saving_usd is not null",
        dimensions=(
            ("provider", "cloud_provider"),
            ("customer", "customer_id"),
            ("model", "model"),
            ("candidate_model", "candidate_model"),
        ),
    ),
}


def columns_of(lookup: Lookup) -> tuple[Column, ...]:
    """Give the columns of a report."""
    return tuple(
        Column(name=name, label=label, unit=unit)
        for name, label, unit, _ in lookup.columns
    )


def look_up(  # noqa: PLR0913 - the scope has to be given, by name
    lookup: Lookup,
    *,
    reader: Reader,
    scope: Scope,
    period: Period | None,
    filters: Sequence[Filter] = (),
    schema: str = MARTS,
) -> list[dict[str, Any]]:
    """Read a report.

    Args:
        lookup: Which one.
        reader: The warehouse.
        scope: Whose rows the asker may see.
        period: Which days; None for all.
        filters: Which rows count; those that the mart does not know are left out.
        schema: Schema of the marts.

    Raises:
        NotInScope: It is of all customers together, and the asker may not see all.
    """
    sql, values = _statement(
        lookup, reader.target, scope, period, tuple(filters), schema
    )
    names = [name for name, _, _, _ in lookup.columns]
    return [dict(zip(names, row, strict=True)) for row in reader.read(sql, values)]


@lru_cache(maxsize=MOST_STATEMENTS)
def _statement(  # noqa: PLR0913, PLR0917 - all that makes a statement what it is
    lookup: Lookup,
    target: str,
    scope: Scope,
    period: Period | None,
    filters: tuple[Filter, ...],
    schema: str,
) -> tuple[str, tuple[Parameter, ...]]:
    """Write a report's statement; once for each scope, as every question needs one."""
    if scope.is_restricted and not (lookup.has_customers or lookup.is_public):
        raise NotInScope("That is known for the whole company only.")
    parameters = Parameters()
    keys = [name for name, _, _, aggregate in lookup.columns if aggregate is None]
    statement = exp.select(
        *(
            named(column(name) if aggregate is None else parse(aggregate), name)
            for name, _, _, aggregate in lookup.columns
        )
    ).from_(exp.to_table(f"{schema}.{lookup.mart}"))
    for condition in _conditions(lookup, scope, period, filters, parameters):
        statement = statement.where(condition)
    if keys:
        statement = statement.group_by(*(column(name) for name in keys))
        statement = statement.order_by(*(exp.Ordered(this=column(n)) for n in keys))
    if not lookup.is_public:
        check_scope(statement, scope, parameters)
    return parameters.render(statement, DIALECTS[target])


def look_up_home(reader: Reader, scope: Scope) -> str | None:
    """Give which phase's warehouses a customer reads; None if nothing says so.

    Args:
        reader: The warehouse of Phase 1.
        scope: The customer.
    """
    parameters = Parameters()
    statement = exp.select(column("warehouse_home"))
    statement = statement.from_(exp.to_table(f"{MARTS}.dim_customers"))
    own = scope_condition(scope, parameters)
    statement = statement.where(own) if own is not None else statement
    check_scope(statement, scope, parameters)
    sql, values = parameters.render(statement, DIALECTS[reader.target])
    rows = reader.read(sql, values)
    return str(rows[0][0]) if rows else None


def _conditions(
    lookup: Lookup,
    scope: Scope,
    period: Period | None,
    filters: Sequence[Filter],
    parameters: Parameters,
) -> list[exp.Expr]:
    found: list[exp.Expr] = []
    own = None if lookup.is_public else scope_condition(scope, parameters)
    found += [own] if own is not None else []
    found += [parse(lookup.when)] if lookup.when else []
    if period and lookup.time_column:
        first, last = _bounds(lookup.time_column, period)
        time = column(lookup.time_column)
        found.append(exp.GTE(this=time, expression=parameters.bind(first)))
        found.append(exp.LTE(this=time.copy(), expression=parameters.bind(last)))
    known = dict(lookup.dimensions)
    for one in filters:
        if one.dimension in known and one.operator != "not_in":
            values = parameters.bind_all(one.values)
            found.append(exp.In(this=column(known[one.dimension]), expressions=values))
    return found


def covered(lookup: Lookup, period: Period | None) -> Period | None:
    """Give the days that a report is about: whole months of a mart of months."""
    if period is None or lookup.time_column not in {"month", "billing_period"}:
        return period
    return Period(first=period.first.replace(day=1), last=month_of(period.last).last)


def _bounds(time_column: str, period: Period) -> tuple[Parameter, Parameter]:
    if time_column == "billing_period":
        return f"{period.first:%Y-%m}", f"{period.last:%Y-%m}"
    if time_column == "month":
        return period.first.replace(day=1), period.last.replace(day=1)
    return period.first, period.last
