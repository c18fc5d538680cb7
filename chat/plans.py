"""What a planner makes of a question: one of a few typed plans.

Both planners give these and nothing else, and only they are acted upon. None of them
holds SQL, and none says whose costs are asked for: that is the token's.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from chat.query import CostQuery, Filter, TimeRange  # noqa: TC001 - pydantic reads them

Choice = Annotated[str, Field(min_length=1, max_length=120)]


class _Plan(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Query(_Plan):
    """Figures out of the marts."""

    kind: Literal["query"] = "query"
    query: CostQuery


class Explanation(_Plan):
    """Why cost changed, or a day was unusual.

    Attributes:
        topic: change_drivers for what grew or shrank between two periods,
            anomaly_drivers for what made a day unusual, price_volume_mix for whether
            more was used or it was dearer.
        dimensions: Among what the causes are looked for.
        filters: Which rows count.
        time: The period.
        against: The day or period before, or what was usual.
        limit: How many causes.
    """

    kind: Literal["explanation"] = "explanation"
    topic: Literal["change_drivers", "anomaly_drivers", "price_volume_mix"]
    dimensions: Annotated[tuple[str, ...], Field(max_length=5)] = ()
    filters: Annotated[tuple[Filter, ...], Field(max_length=20)] = ()
    time: TimeRange
    against: Literal["previous_period", "previous_day", "baseline"] = "previous_period"
    limit: Annotated[int, Field(ge=1, le=50)] = 5


class Report(_Plan):
    """Something that is looked up rather than asked by dimensions.

    Attributes:
        topic: Which report.
        filters: Which rows count.
        time: The period, where it has one.
        from_model: For what-if, the model in use.
        to_model: For what-if, the one instead.
        limit: How many savings are told, the largest first.
    """

    kind: Literal["report"] = "report"
    topic: Literal[
        "data_freshness",
        "invoice_variance",
        "restatement_delta",
        "savings_opportunities",
        "what_if_savings",
        "is_normal",
    ]
    dimensions: Annotated[tuple[str, ...], Field(max_length=5)] = ()
    filters: Annotated[tuple[Filter, ...], Field(max_length=20)] = ()
    time: TimeRange | None = None
    from_model: str | None = None
    to_model: str | None = None
    limit: Annotated[int, Field(ge=1, le=50)] = 5


class Clarification(_Plan):
    """A question back, with answers to choose from."""

    kind: Literal["clarification"] = "clarification"
    about: str
    question: str
    choices: Annotated[tuple[Choice, ...], Field(min_length=1, max_length=8)]


class Refusal(_Plan):
    """What is not answered, and why, in a polite sentence."""

    kind: Literal["refusal"] = "refusal"
    reason: Literal["out_of_scope", "no_such_data", "read_only", "not_allowed"]
    message: str


class Help(_Plan):
    """What can be asked."""

    kind: Literal["help"] = "help"


class AlertRequest(_Plan):
    """A wish to be told when a figure passes a limit.

    Attributes:
        metric: total_cost, budget_utilization_pct or anomalies.
        operator: On which side of the limit.
        threshold: The limit: USD, or a fraction of a budget; None where none was named.
        filters: Which rows count.
        period: Whether a cost is that of a day or of the month so far.
        per_customer: Whether each customer is judged by itself.
    """

    kind: Literal["alert"] = "alert"
    metric: str
    operator: Literal[">", ">=", "<", "<="] = ">"
    threshold: float | None = None
    filters: Annotated[tuple[Filter, ...], Field(max_length=20)] = ()
    period: Literal["day", "month"] = "day"
    per_customer: bool = False


Plan = Annotated[
    Query | Explanation | Report | Clarification | Refusal | Help | AlertRequest,
    Field(discriminator="kind"),
]
