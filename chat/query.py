"""The typed question: what planners fill in and the compiler takes.

Nothing in it is SQL. Names are checked against the registry, and values are only ever
bound as parameters.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from chat.errors import QueryError
from chat.metrics import METRICS, Metric
from chat.periods import (
    NAMED,
    Period,
    month_of,
    resolve,
    shift_months,
    window_days,
)
from chat.relations import DIMENSIONS, Relation

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ROWS = 1_000
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)

Value = Annotated[str, StringConstraints(min_length=1, max_length=200)]
FilterOperator = Literal["in", "not_in", "matches", "not_matches"]
ComparisonKind = Literal[
    "previous_period",
    "same_period_last_month",
    "same_period_last_year",
    "average_of_previous",
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Filter(_Strict):
    """Keeps rows by a dimension.

    `matches` keeps values that hold every word of one of the given ones, in any order:
    claude-sonnet is claude-sonnet-4-6 as well as claude-3-5-sonnet. `not_matches` keeps
    all others.
    """

    dimension: str
    operator: FilterOperator = "in"
    values: Annotated[tuple[Value, ...], Field(min_length=1, max_length=100)]


class MetricFilter(_Strict):
    """Keeps lines of the answer by one of its figures."""

    metric: str
    operator: Literal[">", ">=", "<", "<="]
    value: float


class TimeRange(_Strict):
    """A named period, or days from the first to the last, both included."""

    name: str | None = None
    first: date | None = None
    last: date | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.name is None) == (self.first is None or self.last is None):
            raise ValueError("Give either the name of a period, or its two days.")
        if self.name is not None and (self.first or self.last):
            raise ValueError("Give either the name of a period, or its two days.")
        if self.name is not None and self.name not in NAMED:
            if window_days(self.name) is None:
                raise ValueError(
                    f"The period {self.name!r} is not known; known are "
                    f"{', '.join(NAMED)} and last_<n>_days."
                )
        elif self.first and self.last:
            if self.last < self.first:
                raise ValueError(f"{self.first} to {self.last} ends before it begins.")
            if self.first < EARLIEST or self.last > LATEST:
                raise ValueError(f"Days lie between {EARLIEST} and {LATEST}.")
        return self

    def resolve(self, *, today: date, complete_until: date | None = None) -> Period:
        """Give the days."""
        if self.first and self.last:
            return Period(first=self.first, last=self.last)
        return resolve(self.name or "", today=today, complete_until=complete_until)


class Comparison(_Strict):
    """What the period is held against.

    Attributes:
        kind: Which other period.
        periods: How many periods before, for their average.
    """

    kind: ComparisonKind
    periods: Annotated[int, Field(ge=1, le=52)] = 1


class Spread(_Strict):
    """Keeps what has several of something: models that are run on two clouds.

    Attributes:
        over: A dimension of the query; each line is of one of its values.
        least: Of how many of them there has to be a line, the other dimensions alike.
    """

    over: str
    least: Annotated[int, Field(ge=2, le=100)] = 2


class Order(_Strict):
    """By which figure the lines are sorted."""

    metric: str | None = None
    by: Literal["value", "change"] = "value"
    descending: bool = True


class CostQuery(_Strict):
    """A question about costs.

    Attributes:
        metrics: Figures, all of one mart.
        dimensions: By what they are split.
        filters: Which rows count.
        metric_filters: Which lines of the answer stay.
        time: The period.
        comparison: The period it is held against.
        order: How the lines are sorted; without it by time, or by the first figure.
        limit: How many lines.
        spread: What has to be there several times for a line to stay.
    """

    metrics: Annotated[tuple[str, ...], Field(min_length=1, max_length=8)]
    dimensions: Annotated[tuple[str, ...], Field(max_length=5)] = ()
    filters: Annotated[tuple[Filter, ...], Field(max_length=20)] = ()
    metric_filters: Annotated[tuple[MetricFilter, ...], Field(max_length=5)] = ()
    time: TimeRange
    comparison: Comparison | None = None
    order: Order | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 100
    spread: Spread | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """Dimensions that it splits or filters by."""
        return (*self.dimensions, *(one.dimension for one in self.filters))

    @model_validator(mode="after")
    def _fits_the_registry(self) -> Self:
        metrics = [known_metric(name) for name in self.metrics]
        relation = metrics[0].relation
        for metric in metrics[1:]:
            if metric.relation != relation:
                raise ValueError(
                    f"{metrics[0].label} and {metric.label} come from different "
                    "marts; ask for them one after the other."
                )
        for metric in metrics:
            _check_dimensions(self.named, metric)
        for repeated in (self.metrics, self.dimensions):
            if len(set(repeated)) < len(repeated):
                raise ValueError(f"Named twice: {', '.join(repeated)}.")
        for one in self.filters:
            if DIMENSIONS[one.dimension].is_time:
                raise ValueError(f"Filter the {one.dimension} by the period instead.")
        asked = [one.metric for one in self.metric_filters]
        asked += [self.order.metric] if self.order and self.order.metric else []
        for name in asked:
            if name not in self.metrics:
                raise ValueError(f"{name} is not among the metrics of the query.")
        self._check_comparison(metrics)
        self._check_spread()
        return self

    def _check_spread(self) -> None:
        if self.spread is None:
            return
        others = [name for name in self.dimensions if name != self.spread.over]
        if len(others) == len(self.dimensions) or not others or self.comparison:
            raise ValueError(
                f"To count each {self.spread.over} of something, split by both, "
                "without a comparison."
            )

    def _check_comparison(self, metrics: list[Metric]) -> None:
        if self.order and self.order.by == "change" and self.comparison is None:
            raise ValueError("An order by change needs a comparison.")
        if self.comparison is None:
            for metric in metrics:
                if metric.is_growth:
                    raise ValueError(f"{metric.label} needs a comparison.")
            return
        if any(DIMENSIONS[name].is_time for name in self.dimensions):
            raise ValueError(
                "A comparison sets two periods side by side; split it by something "
                "else than time, or leave the comparison out."
            )
        for metric in metrics:
            if metric.unit == "text":
                raise ValueError(f"{metric.label} cannot be compared.")
            if self.comparison.kind == "average_of_previous" and not metric.is_additive:
                raise ValueError(
                    f"{metric.label} does not add up over periods, so it has no "
                    "average of several; compare with the previous period."
                )

    @property
    def relation(self) -> Relation:
        """The mart that answers."""
        return METRICS[self.metrics[0]].relation


def known_metric(name: str) -> Metric:
    """Give a metric, or say which there are."""
    if name not in METRICS:
        raise ValueError(f"{name!r} is not a metric; metrics are {', '.join(METRICS)}.")
    return METRICS[name]


def _check_dimensions(names: Sequence[str], metric: Metric) -> None:
    for name in names:
        if name not in DIMENSIONS:
            raise ValueError(
                f"{name!r} is not a dimension; dimensions are {', '.join(DIMENSIONS)}."
            )
        if name not in metric.dimensions:
            raise ValueError(
                f"{metric.label} is not known by {name}; it can be split by "
                f"{', '.join(metric.dimensions)}."
            )
    parts = [one.dimension for one in metric.relation.parts_among(names)]
    if len(parts) > 1:
        raise ValueError(
            f"{metric.label} is kept by {parts[0]} and by {parts[1]}, but not by both "
            "at once; ask for one after the other."
        )


def compared_period(period: Period, comparison: Comparison) -> Period:
    """Give the days that a period is compared with.

    A period that begins on the first of a month is compared with the same days of the
    month before, as people mean it; every other one with as many days right before it.
    """
    if comparison.kind == "same_period_last_year":
        return _months_back(period, 12)
    if comparison.kind == "same_period_last_month":
        return _months_back(period, 1)
    if comparison.kind == "average_of_previous":
        try:
            first = period.shifted(-period.days * comparison.periods).first
        except OverflowError as error:
            told = f"{comparison.periods} times as many days lie before all years."
            raise QueryError(told) from error
        return Period(first=first, last=period.shifted(-1).first)
    months = _whole_months(period)
    if months:
        return _months_back(period, months)
    return period.shifted(-period.days)


def _whole_months(period: Period) -> int:
    """Count the months of whole ones, or of the one that has begun; else 0."""
    if period.first.day != 1:
        return 0
    months = (period.last.year - period.first.year) * 12
    months += period.last.month - period.first.month + 1
    is_whole = period.last == month_of(period.last).last
    return months if is_whole or months == 1 else 0


def _months_back(period: Period, months: int) -> Period:
    last = shift_months(period.last, -months)
    if period.last == month_of(period.last).last:
        # A whole month stays one: February is compared with all of January.
        last = month_of(last).last
    return Period(first=shift_months(period.first, -months), last=last)
