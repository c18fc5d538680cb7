"""Queries: what they refuse, and which days they are about."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chat.errors import QueryError
from chat.metrics import METRICS
from chat.periods import Period, resolve, shift_months
from chat.query import Comparison, CostQuery, TimeRange, compared_period
from chat.relations import DIMENSIONS

FRIDAY = date(2026, 11, 27)


def _ask(**asked: object) -> CostQuery:
    return CostQuery.model_validate(
        {"metrics": ["total_cost"], "time": {"name": "last_month"}, **asked}
    )


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", "2026-11-27", "2026-11-27"),
        ("yesterday", "2026-11-26", "2026-11-26"),
        ("this_week", "2026-11-23", "2026-11-29"),
        ("last_week", "2026-11-16", "2026-11-22"),
        ("last_7_days", "2026-11-20", "2026-11-26"),
        ("this_month", "2026-11-01", "2026-11-30"),
        ("month_to_date", "2026-11-01", "2026-11-27"),
        ("last_month", "2026-10-01", "2026-10-31"),
        ("next_month", "2026-12-01", "2026-12-31"),
        ("this_quarter", "2026-10-01", "2026-12-31"),
        ("last_quarter", "2026-07-01", "2026-09-30"),
        ("year_to_date", "2026-01-01", "2026-11-27"),
        ("last_year", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_named_period_is_the_days_that_people_mean(
    name: str, first: str, last: str
) -> None:
    """A figure of the wrong days is wrong however well it is added up."""
    found = resolve(name, today=FRIDAY)

    assert (str(found.first), str(found.last)) == (first, last)


def test_the_last_days_end_where_the_bills_are_complete() -> None:
    """A day that is half billed would make the last week look cheap."""
    found = resolve("last_7_days", today=FRIDAY, complete_until=date(2026, 11, 24))

    assert found == Period(first=date(2026, 11, 18), last=date(2026, 11, 24))


@pytest.mark.parametrize("name", ["last_0_days", "last_99999_days", "last_٣_days"])
def test_a_window_without_sense_is_refused(name: str) -> None:
    """A window of no days, or of thousands of years, must not reach the warehouse."""
    with pytest.raises(QueryError):
        resolve(name, today=FRIDAY)


@pytest.mark.parametrize(
    ("first", "last", "kind", "before"),
    [
        # The month so far is held against the same days of the month before.
        ("2026-11-01", "2026-11-26", "previous_period", "2026-10-01/2026-10-26"),
        ("2026-02-01", "2026-02-28", "previous_period", "2026-01-01/2026-01-31"),
        ("2026-07-01", "2026-09-30", "previous_period", "2026-04-01/2026-06-30"),
        ("2026-11-20", "2026-11-26", "previous_period", "2026-11-13/2026-11-19"),
        ("2026-03-31", "2026-03-31", "same_period_last_month", "2026-02-28/2026-02-28"),
        ("2024-02-01", "2024-02-29", "same_period_last_year", "2023-02-01/2023-02-28"),
    ],
)
def test_a_period_is_compared_with_its_like(
    first: str, last: str, kind: str, before: str
) -> None:
    """Twenty-six days held against thirty-one show a saving that is none."""
    period = Period(first=date.fromisoformat(first), last=date.fromisoformat(last))
    found = compared_period(period, Comparison.model_validate({"kind": kind}))

    assert f"{found.first}/{found.last}" == before


@given(
    first=st.dates(date(2000, 2, 1), date(2099, 1, 1)),
    days=st.integers(0, 800),
    months=st.integers(-24, 24),
)
def test_a_compared_period_lies_before(first: date, days: int, months: int) -> None:
    """A day counted on both sides would hide a change."""
    period = Period(first=first, last=first).shifted(0)
    period = Period(first=first, last=period.shifted(days).last)
    found = compared_period(period, Comparison(kind="previous_period"))

    assert found.last < period.first
    assert shift_months(first, months).day <= first.day


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"metrics": ["spend"]}, "'spend' is not a metric; metrics are total_cost"),
        ({"dimensions": ["colour"]}, "'colour' is not a dimension"),
        (
            {"metrics": ["cache_savings"], "dimensions": ["team"]},
            "Saved by caches is not known by team; it can be split by customer",
        ),
        ({"metrics": ["total_cost", "budget"]}, "come from different marts"),
        (
            {"dimensions": ["day"], "comparison": {"kind": "previous_period"}},
            "split it by something else than time",
        ),
        ({"order": {"by": "change"}}, "needs a comparison"),
        ({"order": {"metric": "tokens"}}, "tokens is not among the metrics"),
        ({"dimensions": ["model", "model"]}, "Named twice"),
        ({"time": {"name": "the_other_day"}}, "is not known; known are today"),
        ({"time": {"first": "2026-11-02", "last": "2026-11-01"}}, "before it begins"),
        ({"time": {"first": "0001-01-01", "last": "9998-01-01"}}, "Days lie between"),
        ({"time": {}}, "Give either the name"),
        ({"filters": [{"dimension": "day", "values": ["x"]}]}, "by the period instead"),
        ({"limit": 10_000_000}, "less than or equal to 1000"),
        ({"filters": [{"dimension": "model", "values": ["x" * 300]}]}, "200"),
        ({"filters": [{"dimension": "model", "values": [{"$ne": "x"}]}]}, "string"),
        ({"customer": "globex"}, "Extra inputs are not permitted"),
        (
            {
                "metrics": ["cost_per_1m_tokens"],
                "comparison": {"kind": "average_of_previous", "periods": 4},
            },
            "does not add up over periods",
        ),
    ],
)
def test_a_query_that_cannot_be_answered_says_what_could(
    asked: dict[str, object], told: str
) -> None:
    """A planner, or a person, that gets no reason tries the same again."""
    with pytest.raises(ValidationError) as refused:
        _ask(**asked)

    assert told in str(refused.value)


def test_every_metric_can_be_asked_by_all_that_its_mart_knows() -> None:
    """A metric that is declared but cannot be asked for is found by a user."""
    for metric in METRICS.values():
        assert metric.label
        assert metric.description.endswith(".")
        assert set(metric.relation.dimensions) <= set(DIMENSIONS)
        for dimension in metric.dimensions:
            against = {"kind": "previous_period"} if metric.is_growth else None
            if metric.is_growth and DIMENSIONS[dimension].is_time:
                continue
            query = _ask(
                metrics=[metric.name], dimensions=[dimension], comparison=against
            )
            assert query.relation == metric.relation


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            {"metrics": ["budget"], "dimensions": ["provider", "customer"]},
            "kept by customer and by provider, but not by both",
        ),
        (
            {
                "metrics": ["budget_status"],
                "dimensions": ["team"],
                "filters": [{"dimension": "provider", "values": ["AWS"]}],
            },
            "kept by provider and by team, but not by both",
        ),
        (
            {"metrics": ["budget", "forecast_cost"], "dimensions": ["provider"]},
            "Forecast at month's end is not known by provider",
        ),
    ],
)
def test_budgets_of_one_kind_are_asked_for_at_a_time(
    asked: dict[str, object], told: str
) -> None:
    """A cloud's budget is no part of a customer's, and some clouds are not all."""
    with pytest.raises(ValidationError, match=told):
        _ask(**asked)


def test_no_word_stands_for_two_metrics_or_two_dimensions() -> None:
    """A word of two meanings is answered with the wrong one half of the time."""
    for registry in (METRICS, DIMENSIONS):
        words = [word for one in registry.values() for word in one.synonyms]
        assert len(words) == len(set(words))


def test_a_time_range_is_a_name_or_two_days() -> None:
    """Both at once would leave open which of them was answered."""
    with pytest.raises(ValidationError):
        TimeRange(name="today", first=FRIDAY, last=FRIDAY)
    assert TimeRange(first=FRIDAY, last=FRIDAY).resolve(today=FRIDAY).days == 1
