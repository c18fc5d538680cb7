"""A month's answers as rows of the raw tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from extract.columns import ARROW
from extract.sources.azure_costs.answer import Answer, to_moment
from extract.sources.azure_costs.helpers import provisional_from, subscription_of
from extract.sources.azure_costs.settings import (
    ACTUAL,
    AMORTIZED,
    BY_TAG,
    ROWS,
    SPEC,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extract.units import Load


@dataclass(frozen=True, kw_only=True)
class Month:
    """The answers for one scope and month.

    Attributes:
        rows: The AI services' rows as invoiced.
        amortized: The same with commitments spread; None where that is no other cost,
            or was not asked for, or was refused.
        rest: What the other services add up to.
        subscriptions: The subscriptions that are in it, as far as Azure tells.
        by_tag: The AI services' rows once more, by tag, where that was asked for.
    """

    rows: Answer
    amortized: Answer | None
    rest: Sequence[Sequence[Any]]
    subscriptions: frozenset[str] = frozenset()
    by_tag: Mapping[str, Answer] = field(default_factory=dict)

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers that are landed, by type of cost."""
        passes = {f"{BY_TAG} {tag}": answer for tag, answer in self.by_tag.items()}
        both = {ACTUAL: self.rows, AMORTIZED: self.amortized, **passes}
        return {kind: answer for kind, answer in both.items() if answer}


def landed_rows(load: Load, month: Month) -> pa.Table:
    """Return a month's rows in the types of the raw table."""
    unit = load.delivery.unit
    schema = SPEC.landed.arrow_schema()
    tables = []
    for cost_type, answer in month.answers.items():
        by = ", ".join(answer.grouped_by)
        fixed: dict[str, Any] = {
            "load_id": load.load_id,
            "source_file": f"{cost_type} {unit.billing_period} by {by}",
            "scope": unit.billing_account_id,
            # Which tag it was, the column of its key tells.
            "cost_type": (BY_TAG if cost_type.startswith(BY_TAG) else cost_type),
        }
        if subscription := subscription_of(unit.billing_account_id):
            fixed["subscription_id"] = subscription
        newest = provisional_from(unit.billing_period)
        days = answer.columns.get("usage_date", [])
        columns = {
            **answer.columns,
            "is_provisional": [bool(newest and day >= newest) for day in days],
        }
        arrays = [
            pa.array(
                [fixed[name]] * answer.rows
                if name in fixed
                else columns.get(name) or [None] * answer.rows,
                ARROW[kind],
            )
            for name, kind in ROWS.items()
        ]
        tables.append(pa.table(arrays, schema=schema))
    return pa.concat_tables(tables)


def measure_month(load: Load, month: Month, rows: pa.Table) -> None:
    """Note rows and cost of all parts of a month; only the actual cost is billed."""
    connection = duckdb.connect()
    connection.register("landed", rows)
    measured = connection.execute(
        "select cost_type, currency, count(*), sum(cast(cost as decimal(28, 9))), "
        "min(usage_date), max(usage_date) from landed group by cost_type, currency"
    ).fetchall()
    connection.close()
    for cost_type, currency, count, cost, first, last in measured:
        part = load.measure(currency)
        if cost_type != ACTUAL:
            part.repeated_rows += count
            part.repeated_cost += cost
            continue
        part.landed_rows, part.landed_cost = count, cost
        part.first_usage_at, part.last_usage_at = to_moment(first), to_moment(last)
    for row in month.rest:
        part = load.measure(row[2])
        part.filtered_rows += 1
        part.filtered_cost += row[3]
