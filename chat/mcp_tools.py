"""What MCP's tools take and give; the server only puts them together."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING, Literal, get_args

from pydantic import BaseModel, Field, TypeAdapter

from chat.ask import answer_plan
from chat.asker import complete_until
from chat.metrics import METRICS
from chat.periods import NAMED
from chat.plans import Explanation, Query
from chat.query import ComparisonKind, CostQuery, Filter, Order, TimeRange
from chat.relations import DIMENSIONS
from chat.schemas import Cell, ColumnOut

if TYPE_CHECKING:
    from chat.answers import Answer
    from chat.asker import Asker

Topic = Literal["change_drivers", "anomaly_drivers", "price_volume_mix"]
Budgets = Literal["customer", "provider", "team"]
# What the budget's mart can say of a budget at once.
OF_BUDGETS = (
    "budget_status",
    "budget",
    "budget_utilization_pct",
    "budget_remaining",
)
_CELLS: TypeAdapter[list[list[Cell]]] = TypeAdapter(list[list[Cell]])


class ToolAnswer(BaseModel):
    """Figures, in words and as a table."""

    text: str = Field(description="In words; every number in it stands in the rows.")
    columns: list[ColumnOut] = []
    rows: list[list[Cell]] = []
    first_day: date | None = Field(default=None, description="First day it is about.")
    last_day: date | None = Field(default=None, description="Last day it is about.")
    caveats: list[str] = []


class MetricOut(BaseModel):
    """A figure that can be asked for."""

    name: str
    label: str
    unit: str
    description: str
    dimensions: list[str] = Field(description="By what it can be split and filtered.")


class Catalogue(BaseModel):
    """All that a query may be made of."""

    metrics: list[MetricOut]
    dimensions: dict[str, str]
    periods: list[str] = Field(description="Named periods, for `time.name`.")
    comparisons: list[str]
    bills_complete_until: date | None


def list_metrics(asker: Asker) -> Catalogue:
    """Give what the asker may ask for."""
    hidden = asker.scope.is_restricted
    until = complete_until(asker)
    return Catalogue(
        metrics=[
            MetricOut(
                name=metric.name,
                label=metric.label,
                unit=metric.unit,
                description=metric.description,
                dimensions=[
                    one
                    for one in metric.dimensions
                    if not hidden or one not in metric.relation.internal_dimensions
                ],
            )
            for metric in METRICS.values()
            if metric.relation.has_customers or not hidden
        ],
        dimensions={one.name: one.label for one in DIMENSIONS.values()},
        periods=[*NAMED, "last_<n>_days"],
        comparisons=list(get_args(ComparisonKind)),
        bills_complete_until=until,
    )


def query_costs(query: CostQuery, asker: Asker) -> ToolAnswer:
    """Run a typed query."""
    return to_tool_answer(answer_plan(Query(query=query), asker))


def explain_change(explanation: Explanation, asker: Asker) -> ToolAnswer:
    """Take a change of cost apart."""
    return to_tool_answer(answer_plan(explanation, asker))


def budget_status(customer: str | None, by: Budgets, asker: Asker) -> ToolAnswer:
    """Give how budgets stand this month."""
    filters = (Filter(dimension="customer", values=(customer,)),) if customer else ()
    query = CostQuery(
        metrics=OF_BUDGETS,
        dimensions=(by,),
        filters=filters,
        time=TimeRange(name="month_to_date"),
        order=Order(metric="budget_utilization_pct"),
    )
    return query_costs(query, asker)


def to_tool_answer(answer: Answer) -> ToolAnswer:
    """Give an answer as a tool does."""
    days = answer.period
    return ToolAnswer(
        text=answer.text,
        columns=[
            ColumnOut(name=one.name, label=one.label, unit=one.unit)
            for one in answer.columns
        ],
        rows=_CELLS.validate_python([list(row) for row in answer.rows]),
        first_day=days.first if days else None,
        last_day=days.last if days else None,
        caveats=list(answer.caveats),
    )
