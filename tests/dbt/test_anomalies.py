"""Anomalies: floors on labelled series, and series made to trip each rule."""

import importlib
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench"
# A Monday, so that the weekday of a day is its number modulo 7.
START = date(2026, 1, 5)
DAYS = 120
SPIKE, STEP, DROP = 60, 70, 80
FIRST_OF_ARRIVING = 20
SATURDAY = 5
Cost = Callable[[int], float]


def level(day: int) -> float:
    """Cost 100 and a little, without chance: at most 4 % to either side."""
    return 100 + (day * 37 % 9 - 4)


def weekly(day: int) -> float:
    return level(day) * (0.3 if day % 7 >= 5 else 1.0)


def starts_month(day: int) -> bool:
    return (START + timedelta(days=day)).day == 1


def idle_weekends(day: int) -> float:
    return level(day) if day % 7 < SATURDAY else 0.0


def monday_peak(day: int) -> float:
    return level(day) * (2.2 if day % 7 == 0 else 1.0)


def irregular(day: int) -> float:
    return float(day * 7919 % 13 % 5 * 75)


def moved(day: int) -> float:
    """Which share of the mover's usage the other model has taken over, in 14 days."""
    return min(max((day - SPIKE) / 14, 0), 1)


CONSTRUCTED: dict[str, Cost] = {
    "weekend dip": weekly,
    "weekday spike": lambda day: weekly(day) * (3 if day == SPIKE else 1),
    "weekend spike": lambda day: weekly(day) * (3 if day == SPIKE + 2 else 1),
    "early spike": lambda day: weekly(day) * (3 if day == 28 else 1),
    "ramp": lambda day: level(day) * 1.03**day,
    "step": lambda day: weekly(day) * (2.5 if day >= STEP else 1),
    "drop": lambda day: 0.0 if day == DROP else weekly(day),
    "back again": lambda day: weekly(day) * (3 if 60 <= day < 67 else 1),
    "month-start job": lambda day: weekly(day) + (120 if starts_month(day) else 0),
    "two spikes on firsts": lambda day: (
        weekly(day) * (3 if starts_month(day) and day < SPIKE else 1)
    ),
    "batch each Tuesday": lambda day: 200.0 if day % 7 == 1 else 0.0,
    "batch each month": lambda day: 200.0 if day % 30 == 9 else 0.0,
    "wakes up": lambda day: 80.0 if day == SPIKE or day < 3 else 0.0,
    "last day dear": lambda day: weekly(day) * (9 if day == DAYS - 1 else 1),
    "cents": lambda day: weekly(day) / 1000 * (5 if day == SPIKE else 1),
    "replaced": lambda day: level(day) * min(max((84 - day) / 14, 0), 1),
    "idle weekends": idle_weekends,
    "idle weekends, tripled Monday": lambda day: (
        idle_weekends(day) * (3 if day == SPIKE + 3 else 1)
    ),
    "idle weekends, busy Sunday": lambda day: (
        idle_weekends(day) + (100 if day == SPIKE + 2 else 0)
    ),
    "Monday peak": monday_peak,
    "Monday peak on a Sunday": lambda day: (
        monday_peak(day) + (180 if day == SPIKE + 2 else 0)
    ),
    "month-end job": lambda day: weekly(day) + (120 if starts_month(day + 1) else 0),
    "irregular": irregular,
    "irregular, tripled": lambda day: 900.0 if day == SPIKE else irregular(day),
    "constant": lambda day: 100.0,  # noqa: ARG005
    "constant, tripled": lambda day: 300.0 if day == SPIKE else 100.0,
    "refund": lambda day: weekly(day) - (150 if day == SPIKE else 0),
    "nothing": lambda day: 50.0 if day == 0 else 0.0,
    "holiday": lambda day: weekly(day) * (0.3 if day == SPIKE else 1),
    "two days off": lambda day: weekly(day) * (0.3 if day in (57, 58) else 1),
    "half a holiday": lambda day: weekly(day) * (0.6 if day == SPIKE else 1),
    "leak": lambda day: weekly(day) * 1.045 ** min(max(day - SPIKE, 0), 21),
    "every other day": lambda day: level(day) if day % 2 == 0 else 0.0,
    "every other day, tripled": lambda day: (
        level(day) * (3 if day == SPIKE else 1) if day % 2 == 0 else 0.0
    ),
}

# What two customers spend on models, by customer and model.
SPENT: dict[tuple[str, str], Cost] = {
    ("mover", "leaving"): lambda day: level(day) * (1 - moved(day)),
    ("mover", "arriving"): lambda day: (
        level(day) * moved(day) + (0 if day < FIRST_OF_ARRIVING else 5)
    ),
    ("mover", "unmoved"): lambda day: level(day) * (3 if day == STEP else 1),
    ("switcher", "old"): lambda day: level(day) if day < STEP else 0.0,
    ("switcher", "cheap"): lambda day: level(day) * (0.7 if day >= STEP else 0.1),
    ("stopper", "stopped"): lambda day: level(day) if day < STEP else 0.0,
    ("stopper", "steady"): level,
    ("settled", "shared"): level,
    ("newcomer", "shared"): lambda day: level(day) if day >= STEP else 0.0,
}


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    sys.path.insert(0, str(BENCH))
    return importlib.import_module("anomaly_quality")


@pytest.fixture(scope="module")
def verdicts(bench: ModuleType) -> pd.DataFrame:
    """Every series of this module, through one run of the models."""
    dates = [pd.Timestamp(START + timedelta(days=day)) for day in range(DAYS)]
    rows = [
        ("model", name, dates[day], cost(day))
        for name, cost in CONSTRUCTED.items()
        for day in range(DAYS)
    ]
    rows += [("model", "late", dates[day], level(day)) for day in range(50, DAYS)]
    spent = pd.DataFrame(
        [
            (customer, model, "one vendor", dates[day], cost(day))
            for (customer, model), cost in SPENT.items()
            for day in range(DAYS)
            if cost(day)
        ],
        columns=["customer_id", "model", "model_vendor", "date", "value"],
    )
    for scope_type, column in (("customer", "customer_id"), ("model", "model")):
        sums = spent.pivot_table("value", column, "date", "sum", fill_value=0)
        for name, costs in sums.iterrows():
            first = costs[costs > 0].index.min()
            rows += [
                (scope_type, name, day, costs[day]) for day in dates if day >= first
            ]
    made = pd.DataFrame(rows, columns=["scope_type", "series", "date", "value"])
    made = made.assign(set_name="constructed", event=-1, kind="", is_ignored=False)
    copied = [bench.read_series(path) for path in bench.FILES]
    sample, sample_spent = bench.make_sample_series(5)
    # No rule was chosen on this seed.
    stress = bench.make_stress_series(5)
    companies, companies_spent = bench.make_stress_companies(5, 8)
    judged = bench.judge(
        pd.concat([made, *copied, sample, stress, companies], ignore_index=True),
        pd.concat([spent, sample_spent, companies_spent], ignore_index=True),
    )
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
    assert quality.event_f1 >= 0.83
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


def test_the_sample_companys_migrations_are_not_its_anomalies(
    bench: ModuleType, verdicts: pd.DataFrame
) -> None:
    """Who plans a migration must not be alarmed by it for three weeks."""
    days = verdicts[verdicts["set_name"] == "sample_models"]
    quality = bench.measure(days, "is_anomaly")
    assert quality.event_recall >= 0.75
    assert quality.event_f1 >= 0.8
    assert quality.false_days_per_month <= 0.06


def test_the_floors_hold_on_unseen_series_of_all_kinds(
    bench: ModuleType, verdicts: pd.DataFrame
) -> None:
    """What was learnt on some series must hold on the next customer's."""
    days = verdicts[verdicts["set_name"].str.startswith("stress ")]
    quality = bench.measure(days, "is_anomaly")
    assert quality.event_f1 >= 0.87
    assert quality.event_recall >= 0.87
    assert quality.false_days_per_month <= 0.12
    for profile in ("holidays", "month-end job", "monthly job", "sparse", "noisy"):
        one = days[days["set_name"] == f"stress {profile}"]
        assert bench.measure(one, "is_anomaly").false_days_per_month <= 0.2


def test_no_tripled_day_is_missed_on_series_with_a_level(
    bench: ModuleType, verdicts: pd.DataFrame
) -> None:
    """Three times the usual cost after four weeks of history is what alerts are for."""
    events = bench.list_events(verdicts[verdicts["kind"] == "spike 3x"], warm_up=0)
    calm = events["set_name"].str.startswith("stress ") & ~events["set_name"].isin(
        ["stress noisy", "stress sparse"]
    )
    assert calm.sum() >= 100
    assert events[calm & ~events["is_found"]].empty


def test_the_floors_hold_on_unseen_companies(
    bench: ModuleType, verdicts: pd.DataFrame
) -> None:
    """Migrations must neither alarm nor hide what goes wrong beside them."""
    customers = bench.measure(
        verdicts[verdicts["set_name"] == "stress_customers"], "is_anomaly"
    )
    models = bench.measure(
        verdicts[verdicts["set_name"] == "stress_models"], "is_anomaly"
    )
    events = bench.list_events(verdicts).groupby("set_name")
    for name, quality in (("stress_customers", customers), ("stress_models", models)):
        seen = events.get_group(name)
        seen = seen[seen["is_visible"]]
        assert seen["is_found"].mean() >= 0.8
        assert quality.false_days_per_month <= 0.2
    assert customers.event_precision >= 0.9
    assert models.event_precision >= 0.65
    assert models.event_f1 >= 0.75


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
    """The same invoice run every month is no surprise once it was seen twice."""
    first_two = {(date(2026, month, 1) - START).days for month in (2, 3)}
    assert set(flagged("month-start job")) <= first_two


def test_a_spike_on_the_first_does_not_hide_the_next_one(flagged: Tell) -> None:
    """One incident is no monthly job; who takes it for one pays for the second."""
    second = (date(2026, 3, 1) - START).days
    assert flagged("two spikes on firsts")[second] == "High"


def test_a_weekly_batch_is_no_anomaly_each_week(flagged: Tell) -> None:
    """A series that is idle on most days has a median of nothing."""
    assert flagged("batch each Tuesday") == {}


def test_a_model_that_comes_back_after_a_month_is_new(
    verdicts: pd.DataFrame, flagged: Tell
) -> None:
    """What has rested is neither an alarm when it starts again, nor passed over."""
    days = verdicts[verdicts["series"] == "wakes up"].set_index("date")["status"]
    told = [days[pd.Timestamp(START + timedelta(days=day))] for day in range(DAYS)]
    assert set(told[SPIKE : SPIKE + 7]) == {"New"}
    assert set(told[SPIKE + 7 : SPIKE + 14]) == {"Not enough history"}
    assert flagged("wakes up") == {}


def test_a_monthly_batch_is_back_once_and_then_known(
    verdicts: pd.DataFrame, flagged: Tell
) -> None:
    """A job that runs each month would else be new each month."""
    days = verdicts[verdicts["series"] == "batch each month"].set_index("date")
    ran = days[days["value"] > 0]["status"]
    assert list(ran) == ["Not enough history", "New", "Normal", "Normal"]
    assert flagged("batch each month") == {}


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


def test_idle_weekends_are_no_anomalies_and_hide_none(flagged: Tell) -> None:
    """Most small customers rest at weekends; zeros must not blow up what is usual."""
    assert flagged("idle weekends") == {}
    assert flagged("idle weekends, tripled Monday") == {SPIKE + 3: "High"}
    assert flagged("idle weekends, busy Sunday") == {SPIKE + 2: "High"}


def test_a_usual_monday_is_no_anomaly_and_its_cost_on_a_sunday_is(
    flagged: Tell,
) -> None:
    """The same 280 dollars are a routine on one day and a runaway on the other."""
    assert flagged("Monday peak") == {}
    assert flagged("Monday peak on a Sunday") == {SPIKE + 2: "High"}


def test_a_job_on_the_last_of_each_month_is_learnt(flagged: Tell) -> None:
    """Month-end reports come every month."""
    # The first one was a Saturday, before weekends were known.
    first_two = {(date(2026, 1, 31) - START).days, (date(2026, 2, 28) - START).days}
    assert set(flagged("month-end job")) <= first_two


def test_a_workday_like_a_weekend_is_a_holiday_once(flagged: Tell) -> None:
    """Twelve alarms a year for public holidays teach people to ignore alarms."""
    assert flagged("holiday") == {}
    assert flagged("half a holiday") == {SPIKE: "Low"}
    assert flagged("two days off") == {58: "Low"}


def test_a_leak_is_told_by_its_weeks(flagged: Tell) -> None:
    """What grows by 4.5 % a day doubles in 16 days, and no day of them is unusual."""
    told = flagged("leak")
    assert SPIKE < min(told) <= SPIKE + 21
    assert set(told.values()) == {"High"}


def test_a_series_that_rests_is_told_by_the_days_on_which_it_runs(
    flagged: Tell,
) -> None:
    """A job of every other day must neither alarm on its rests nor hide its spikes."""
    assert flagged("every other day") == {}
    assert flagged("every other day, tripled") == {SPIKE: "High"}


def test_an_irregular_series_is_held_against_its_highest_day(flagged: Tell) -> None:
    """Errors as large as the cost must not excuse every cost."""
    assert flagged("irregular") == {}
    assert flagged("irregular, tripled") == {SPIKE: "High"}


def test_a_constant_series_is_quiet_until_it_changes(flagged: Tell) -> None:
    """No spread at all must neither divide by zero nor flag a cent."""
    assert flagged("constant") == {}
    assert flagged("constant, tripled") == {SPIKE: "High"}


def test_a_refund_is_told_on_its_day_only(flagged: Tell) -> None:
    """A negative cost has no logarithm and must not break the days after it."""
    assert flagged("refund") == {SPIKE: "Low"}


def test_a_series_that_ended_is_quiet(verdicts: pd.DataFrame) -> None:
    """What was switched off months ago must not stay in the list of alerts."""
    ended = verdicts[verdicts["series"] == "nothing"]
    assert set(ended["status"]) == {"New", "Not enough history", "Normal"}


def statuses(verdicts: pd.DataFrame, name: str) -> dict[int, str]:
    one = verdicts[(verdicts["series"] == name) & (verdicts["status"] != "Normal")]
    numbers = (one["date"] - pd.Timestamp(START)).dt.days
    told = dict(zip(numbers, one["status"], strict=True))
    return {day: status for day, status in told.items() if day >= SPIKE}


def test_usage_that_moves_to_another_model_is_told_as_a_shift(
    verdicts: pd.DataFrame,
) -> None:
    """A migration is no money lost and no gap in the data."""
    assert set(statuses(verdicts, "leaving").values()) == {"Shifted"}
    # On its first two days a slow migration is still less than chance at the other end.
    arriving = statuses(verdicts, "arriving")
    assert {arriving[day] for day in arriving if day > SPIKE + 2} == {"Shifted"}
    assert set(statuses(verdicts, "old").values()) == {"Shifted"}
    assert set(statuses(verdicts, "cheap").values()) == {"Shifted"}


def test_a_spike_beside_a_migration_stays_high(verdicts: pd.DataFrame) -> None:
    """What other models give up can be spent once."""
    assert statuses(verdicts, "unmoved") == {STEP: "High"}


def test_a_model_that_stops_with_nothing_in_its_place_may_be_a_gap(
    verdicts: pd.DataFrame,
) -> None:
    """A bill that lost a model must not pass for a migration."""
    told = statuses(verdicts, "stopped")
    assert told[STEP] == "Low"
    assert set(told.values()) == {"Low"}


def test_what_a_new_customer_brings_to_a_model_is_new(verdicts: pd.DataFrame) -> None:
    """The first bill of a customer is not an anomaly of the model he uses."""
    assert set(statuses(verdicts, "shared").values()) == {"New"}
    assert statuses(verdicts, "newcomer")[STEP] == "New"
