"""A month's answers as rows of the raw tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from extract.columns import ARROW
from extract.sources.azure_costs.answer import Answer, to_moment
from extract.sources.azure_costs.settings import COST_TYPE, ROWS, SPEC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extract.units import Load


@dataclass(frozen=True, kw_only=True)
class Month:
    """The answers for one scope and month."""

    rows: Answer
    rest: Sequence[Sequence[Any]]
    description: str


def landed_rows(load: Load, month: Month) -> pa.Table:
    """Return a month's rows in the types of the raw table."""
    answer = month.rows
    fixed = {
        "load_id": load.load_id,
        "source_file": month.description,
        "scope": load.delivery.unit.billing_account_id,
        "cost_type": COST_TYPE,
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
    return pa.table(arrays, schema=SPEC.landed.arrow_schema())


def measure_month(load: Load, month: Month, rows: pa.Table) -> None:
    """Note rows and cost of both parts of a month."""
    connection = duckdb.connect()
    connection.register("landed", rows)
    measured = connection.execute(
        "select currency, count(*), sum(cast(cost as decimal(28, 9))), "
        "min(usage_date), max(usage_date) from landed group by currency"
    ).fetchall()
    connection.close()
    for currency, count, cost, first, last in measured:
        part = load.measure(currency)
        part.landed_rows, part.landed_cost = count, cost
        part.first_usage_at, part.last_usage_at = to_moment(first), to_moment(last)
    for row in month.rest:
        part = load.measure(row[2])
        part.filtered_rows += 1
        part.filtered_cost += row[3]
