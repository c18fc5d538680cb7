"""Anomalies: floors on labelled series, and series made to trip each rule."""

import importlib.util
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench" / "anomaly_quality.py"
# A Monday, so that the weekday of a day is its number modulo 7.
START = date(2026, 1, 5)
DAYS = 120
SPIKE, STEP, DROP = 60, 70, 80


def level(day: int) -> float:
    """Cost 100 and a little, without chance: at most 4 % to either side."""
    return 100 + (day * 37 % 9 - 4)


def weekly(day: int) -> float:
    return level(day) * (0.3 if day % 7 >= 5 else 1.0)


def starts_month(day: int) -> bool:
    return (START + timedelta(days=day)).day == 1


CONSTRUCTED: dict[str, Callable[[int], float]] = {
    "weekend dip": weekly,
    "weekday spike": lambda day: weekly(day) * (3 if day == SPIKE else 1),
    "weekend spike": lambda day: weekly(day) * (3 if day == SPIKE + 2 else 1),
    "early spike": lambda day: weekly(day) * (3 if day == 28 else 1),
    "ramp": lambda day: level(day) * 1.03**day,
    "step": lambda day: weekly(day) * (2.5 if day >= STEP else 1),
    "drop": lambda day: 0.0 if day == DROP else weekly(day),
    "back again": lambda day: weekly(day) * (3 if 60 <= day < 67 else 1),
    "month-start job": lambda day: weekly(day) + (120 if starts_month(day) else 0),
    "batch each Tuesday": lambda day: 200.0 if day % 7 == 1 else 0.0,
    "wakes up": lambda day: 80.0 if day == SPIKE or day < 3 else 0.0,
    "last day dear": lambda day: weekly(day) * (9 if day == DAYS - 1 else 1),
    "cents": lambda day: weekly(day) / 1000 * (5 if day == SPIKE else 1),
    "replaced": lambda day: level(day) * min(max((84 - day) / 14, 0), 1),
}


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("anomaly_quality", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["anomaly_quality"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def verdicts(bench: ModuleType) -> pd.DataFrame:
    """Every series of this module, through one run of the models."""
    rows = [
        ("constructed", name, pd.Timestamp(START + timedelta(days=day)), cost(day))
        for name, cost in CONSTRUCTED.items()
        for day in range(DAYS)
    ]
    rows += [
        ("constructed", "late", pd.Timestamp(START + timedelta(days=day)), level(day))
        for day in range(50, DAYS)
    ]
    made = pd.DataFrame(rows, columns=["set_name", "series", "date", "value"])
    made = made.assign(event=-1, is_ignored=False)
    copied = [bench.read_series(path) for path in bench.FILES]
    company = bench.make_company_series(5)
    judged = bench.judge(pd.concat([made, *copied, company], ignore_index=True))
    return judged.sort_values(["series", "date"], ignore_index=True)


@pytest.fixture
def flagged(verdicts: pd.DataFrame) -> Callable[[str], dict[int, str]]:
    """Give the function that tells a constructed series' anomalies by day."""

    def tell(name: str) -> dict[int, str]:
        one = verdicts[verdicts["series"] == name]
        one = one[one["is_anomaly"].astype(bool)]
        numbers = (one["date"] - pd.Timestamp(START)).dt.days
        return dict(zip(numbers, one["status"], strict=True))

    return tell


Tell = Callable[[str], dict[int, str]]


def test_the_floors_hold_on_made_series(
    bench: ModuleType, verdicts: pd.DataFrame
) -> None:
    """Below these, people switch the alerts off or are told by the invoice."""
    quality = bench.measure(
        verdicts[verdicts["set_name"] == "synthetic_llm_daily"], "is_anomaly"
    )
    assert quality.event_recall >= 0.9
    assert quality.event_f1 >= 0.85
    assert quality.day_f1 >= 0.75
    assert quality.false_days_per_month <= 0.1


def test_the_floors_hold_on_real_series(
    bench: ModuleType, verdicts: pd.DataFrame
) -> None:
    """A rule that fits made series only is of no use to anybody."""
    days = verdicts[verdicts["set_name"] == "nab_daily"]
    quality = bench.measure(days, "is_anomaly")
    as_asked = bench.measure(days, "outside_band_with_day")
    assert quality.event_f1 >= 0.5
    assert quality.event_f1 > as_asked.event_f1 + 0.1
    assert quality.false_days_per_month <= 0.25


def test_the_sample_companys_customers_are_watched(
    bench: ModuleType, verdicts: pd.DataFrame
) -> None:
    """The demo shows anomalies that are in the bills, and no others."""
    days = verdicts[verdicts["set_name"] == "sample_customers"]
    quality = bench.measure(days, "is_anomaly")
    assert quality.event_recall >= 0.9
    assert quality.event_f1 >= 0.9


@pytest.mark.parametrize("rule", ["outside_band_with_day", "outside_band_before"])
def test_the_verdict_beats_the_band(
    bench: ModuleType, verdicts: pd.DataFrame, rule: str
) -> None:
    """The band is kept for those who know it; it must not be the better one."""
    days = verdicts[verdicts["set_name"] == "synthetic_llm_daily"]
    ours, band = bench.measure(days, "is_anomaly"), bench.measure(days, rule)
    assert ours.event_f1 > band.event_f1 + 0.3


def test_weekends_are_no_anomalies(flagged: Tell) -> None:
    """Two false alarms a week teach people to look away."""
    assert flagged("weekend dip") == {}


def test_a_tripled_workday_is_found_on_its_day_and_no_other(flagged: Tell) -> None:
    """A late alert is money spent; an alert about the day after is a riddle."""
    assert flagged("weekday spike") == {SPIKE: "High"}


def test_a_tripled_sunday_is_found_though_it_costs_less_than_a_workday(
    flagged: Tell,
) -> None:
    """A runaway batch of a weekend hides below the workdays' level."""
    assert flagged("weekend spike") == {SPIKE + 2: "High"}


def test_a_tripled_day_is_found_after_four_weeks_of_history(flagged: Tell) -> None:
    """A customer of one month is watched as well."""
    assert flagged("early spike") == {28: "High"}


def test_steady_growth_is_not_an_anomaly_every_day(flagged: Tell) -> None:
    """Growth of 3 % a day is a trend for the forecast, not a daily alarm."""
    assert len(flagged("ramp")) <= 3


def test_a_new_level_is_told_and_then_taken_over(flagged: Tell) -> None:
    """A step must be seen at once and must not alarm for ever."""
    found = flagged("step")
    assert found[STEP] == "High"
    assert set(found) <= set(range(STEP, STEP + 7))


def test_the_way_back_from_an_unusual_week_is_no_anomaly(flagged: Tell) -> None:
    """Normal again is good news."""
    found = flagged("back again")
    assert found[60] == "High"
    assert set(found.values()) == {"High"}
    assert max(found) < 67


def test_a_drop_is_a_possible_data_gap(verdicts: pd.DataFrame, flagged: Tell) -> None:
    """A bill that has not arrived must not pass for money saved."""
    assert flagged("drop") == {DROP: "Low"}
    gaps = verdicts[verdicts["is_possible_data_gap"].astype(bool)]
    assert set(gaps["status"]) == {"Low"}
    assert "drop" in set(gaps["series"])


def test_a_job_on_the_first_of_each_month_is_learnt(flagged: Tell) -> None:
    """The same invoice run every month is no surprise after the first one."""
    first_of_february = (date(2026, 2, 1) - START).days
    assert set(flagged("month-start job")) <= {first_of_february}


def test_a_weekly_batch_is_no_anomaly_each_week(flagged: Tell) -> None:
    """A series that is idle on most days has a median of nothing."""
    assert flagged("batch each Tuesday") == {}


def test_a_model_that_wakes_up_is_told(flagged: Tell) -> None:
    """A forgotten key that is used again costs from the first day."""
    assert flagged("wakes up") == {SPIKE: "High"}


def test_cents_are_nobodys_alarm(flagged: Tell) -> None:
    """Five times 10 cents is 50 cents."""
    assert flagged("cents") == {}


def test_a_model_that_is_phased_out_is_not_told_every_day(flagged: Tell) -> None:
    """A planned migration of two weeks is worth a few alarms, not fourteen."""
    found = flagged("replaced")
    assert set(found.values()) == {"Low"}
    assert len(found) <= 9


def test_a_late_starter_is_new_then_too_young_then_judged(
    verdicts: pd.DataFrame,
) -> None:
    """The first bill of a customer is not an anomaly of his."""
    statuses = verdicts[verdicts["series"] == "late"]["status"].tolist()
    assert statuses[:7] == ["New"] * 7
    assert statuses[7:14] == ["Not enough history"] * 7
    assert set(statuses[14:]) == {"Normal"}


def test_those_that_were_there_from_the_first_bill_on_are_not_new(
    verdicts: pd.DataFrame,
) -> None:
    """When the bills begin, nobody knows who is new."""
    first_day = verdicts["date"].min()
    old = verdicts[verdicts["date"] == first_day]
    assert set(old["status"]) == {"Not enough history"}


def test_a_day_has_no_say_in_what_was_expected_of_it(verdicts: pd.DataFrame) -> None:
    """A spike that raises its own expectation hides itself."""
    last = verdicts["date"] == pd.Timestamp(START + timedelta(days=DAYS - 1))
    expected = {
        name: verdicts.loc[last & (verdicts["series"] == name), "expected"].item()
        for name in ("weekend dip", "last day dear")
    }
    assert expected["last day dear"] == expected["weekend dip"]
