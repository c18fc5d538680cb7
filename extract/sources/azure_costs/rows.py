"""A month's answers as rows of the raw tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from extract.columns import ARROW
from extract.sources.azure_costs.answer import Answer, to_moment
from extract.sources.azure_costs.settings import ACTUAL, AMORTIZED, ROWS, SPEC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extract.units import Load


@dataclass(frozen=True, kw_only=True)
class Month:
    """The answers for one scope and month.

    Attributes:
        rows: The AI services' rows as invoiced.
        amortized: The same with commitments spread; None where that is no other cost,
            or was not asked for, or was refused.
        rest: What the other services add up to.
    """

    rows: Answer
    amortized: Answer | None
    rest: Sequence[Sequence[Any]]

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers that are landed, by type of cost."""
        both = {ACTUAL: self.rows, AMORTIZED: self.amortized}
        return {kind: answer for kind, answer in both.items() if answer}


def landed_rows(load: Load, month: Month) -> pa.Table:
    """Return a month's rows in the types of the raw table."""
    unit = load.delivery.unit
    schema = SPEC.landed.arrow_schema()
    tables = []
    for cost_type, answer in month.answers.items():
        by = ", ".join(answer.grouped_by)
        fixed = {
            "load_id": load.load_id,
            "source_file": f"{cost_type} {unit.billing_period} by {by}",
            "scope": unit.billing_account_id,
            "cost_type": cost_type,
        }
        arrays = [
            pa.array(
                [fixed[name]] * answer.rows
                if name in fixed
                else answer.columns.get(name) or [None] * answer.rows,
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
        if cost_type == AMORTIZED:
            part.repeated_rows, part.repeated_cost = count, cost
            continue
        part.landed_rows, part.landed_cost = count, cost
        part.first_usage_at, part.last_usage_at = to_moment(first), to_moment(last)
    for row in month.rest:
        part = load.measure(row[2])
        part.filtered_rows += 1
        part.filtered_cost += row[3]
