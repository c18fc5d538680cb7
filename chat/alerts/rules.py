"""What a subscription watches, as a typed query like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chat.query import CostQuery, Filter, MetricFilter, TimeRange

if TYPE_CHECKING:
    from chat.metrics import Unit

AlertKind = Literal["cost_above", "budget_used_above", "anomaly"]
AlertPeriod = Literal["day", "month"]

METRIC_OF: dict[AlertKind, str] = {
    "cost_above": "total_cost",
    "budget_used_above": "budget_utilization_pct",
    "anomaly": "anomalies",
}
UNIT_OF: dict[AlertKind, Unit] = {
    "cost_above": "usd",
    "budget_used_above": "share",
    "anomaly": "count",
}
MOST_LINES = 100
# Any day will do to see whether a rule makes a query.
SOME_DAY = TimeRange(name="yesterday")


class AlertRule(BaseModel):
    """What is watched.

    Attributes:
        kind: A cost or a budget's use above a limit, or an unusual day of a customer.
        threshold: The limit: USD of a cost, a fraction of 1 of a budget (0.8 is 80 %);
            null for anomalies.
        period: Whether a cost is that of a day or of the month so far. Budgets are of
            months, anomalies of days.
        filters: Which rows count; budgets are known by customer, cloud or team, and
            anomalies by customer only.
        per_customer: Whether each customer is judged by itself.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: AlertKind
    threshold: Annotated[
        float | None,
        Field(
            gt=0,
            le=1e12,
            allow_inf_nan=False,
            description="USD, or a fraction of a budget (0.8 is 80 %).",
        ),
    ] = None
    period: AlertPeriod = "day"
    filters: Annotated[tuple[Filter, ...], Field(max_length=10)] = ()
    per_customer: bool = False

    @model_validator(mode="before")
    @classmethod
    def _knows_its_period(cls, given: object) -> object:
        """A budget is of a month, so that nobody needs to say so."""
        if isinstance(given, dict) and given.get("kind") == "budget_used_above":
            return {"period": "month", **given}
        return given

    @model_validator(mode="after")
    def _can_be_judged(self) -> Self:
        if self.kind == "anomaly" and self.threshold is not None:
            raise ValueError("An anomaly has no threshold: leave it out.")
        if self.kind != "anomaly" and self.threshold is None:
            raise ValueError(f"An alert of kind {self.kind} needs a threshold.")
        if self.kind == "budget_used_above" and self.period != "month":
            raise ValueError("A budget is of a month: its period is month.")
        if self.kind == "anomaly" and self.period != "day":
            raise ValueError("An anomaly is of a day: its period is day.")
        self.query(SOME_DAY)
        return self

    @property
    def metric(self) -> str:
        """The registry's name of what is watched."""
        return METRIC_OF[self.kind]

    def query(self, time: TimeRange) -> CostQuery:
        """Give the query whose lines are what has to be told.

        Args:
            time: The days, or the month, that are judged.
        """
        splits = ["day"] if self.period == "day" else []
        if self.per_customer or self.kind == "anomaly":
            splits.append("customer")
        return CostQuery(
            metrics=(self.metric,),
            dimensions=tuple(splits),
            filters=self.filters,
            metric_filters=(
                MetricFilter(
                    metric=self.metric, operator=">", value=self.threshold or 0
                ),
            ),
            time=time,
            limit=MOST_LINES,
        )


class AlertProposal(AlertRule):
    """A subscription that was asked for in chat; it is made when it is confirmed.

    Attributes:
        text: What would be told, in words.
    """

    text: str
