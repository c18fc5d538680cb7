"""How well the anomaly models find anomalies, on series whose anomalies are known.

`python bench/anomaly_quality.py [--series FILE.csv ...] [--seeds N] [--warm-up DAYS]`

Puts daily series in the place of `int_series_daily`, runs the dbt models on them and
compares three rules:

- as asked: outside mean +- 2 standard deviations of the 6 days before and the day
- days before: the same over the 7 days before, without the day
- this project: status High or Low of `int_series_judged`

The series are those of the files (default: `tests/data/anomalies/*.csv`) and, for N
seeds, every customer and model of the sample company. There the same history without
its anomalies is computed as well: a day is an anomaly of a series where the two differ
by at least 25 %, and neither counted nor blamed where they differ by less.

What is counted, from the warm-up on (28 days unless told otherwise):

- days: precision, recall and F1 over days
- events: an event is one labelled stretch, found if any of its days is flagged; flagged
  days in a row are one alarm, true if it touches an event
- false/month: flagged days outside of events, per 30 days of a series
- delay: days from the beginning of an event to its first flagged day

Halves are the even and the odd series by name: rules were chosen on `first`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pandas as pd

from sample_bills.company import Company, list_days

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "tests/data/anomalies").glob("*.csv"))
WARM_UP = 28
COMPANY_DAYS, COMPANY_END = 120, date(2026, 11, 20)
VISIBLE = 0.25
# The units of a file without dollars say nothing: its series get this mean.
MEAN_WITHOUT_UNIT = 1000.0
RULES = {
    "as asked": "outside_band_with_day",
    "days before": "outside_band_before",
    "this project": "is_anomaly",
}
SERIES = ["set_name", "series", "date", "value", "event", "is_ignored"]

FEED = """
create schema raw_ops;
create table raw_ops.load_ledger (source varchar);
create schema multi_cloud_costs_staging;
create table multi_cloud_costs_staging.int_series_daily as
select
    'model' as scope_type,
    series as scope_key,
    'all' as cloud_provider,
    'all' as service,
    series as model,
    'all' as customer_id,
    cast(date as date) as date,
    cast(isodow(cast(date as date)) - 1 as integer) as weekday,
    cast(value as decimal(38, 10)) as cost_usd,
    row_number() over (partition by series order by date) - 1 as history_days
from feed
"""
VERDICTS = """
select
    scope_key as series,
    cast(date as timestamp) as date,
    status,
    severity,
    is_anomaly,
    is_possible_data_gap,
    robust_score,
    cast(expected_cost_usd as double) as expected,
    abs(cost_usd - avg(cost_usd) over w7) > 2 * stddev_samp(cost_usd) over w7
        as outside_band_with_day,
    abs(z_score) > 2 as outside_band_before
from multi_cloud_costs_staging.int_series_judged
window w7 as (
    partition by scope_key order by date rows between 6 preceding and current row
)
"""


@dataclass(frozen=True, slots=True)
class Quality:
    """The counts of one rule on one set of series."""

    day_precision: float
    day_recall: float
    event_precision: float
    event_recall: float
    false_days_per_month: float
    days_to_detect: float
    events: int

    @property
    def day_f1(self) -> float:
        """Harmonic mean of precision and recall over days."""
        return _f1(self.day_precision, self.day_recall)

    @property
    def event_f1(self) -> float:
        """Harmonic mean of precision and recall over events."""
        return _f1(self.event_precision, self.event_recall)


def read_series(path: Path) -> pd.DataFrame:
    """Read a file of labelled series: dollars with events, or numbers in windows."""
    rows = pd.read_csv(path, parse_dates=["date"])
    rows = rows.sort_values(["series", "date"], ignore_index=True)
    if "label_window" in rows:
        changed = rows["label_window"] != rows.groupby("series")["label_window"].shift()
        rows["event"] = changed.cumsum().where(rows["label_window"] == 1, -1)
        mean = rows.groupby("series")["value"].transform("mean")
        rows["value"] = rows["value"] / mean * MEAN_WITHOUT_UNIT
    return rows.assign(set_name=path.stem, is_ignored=False)[SERIES]


def make_company_series(seeds: int) -> pd.DataFrame:
    """Make the customers' and models' series of the sample company."""
    frames = [_one_company(seed) for seed in range(1, seeds + 1)]
    return pd.concat(frames, ignore_index=True)


def judge(
    series: pd.DataFrame, settings: dict[str, float] | None = None
) -> pd.DataFrame:
    """Run the dbt models on series (series, date, value) and give their verdicts."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Path(folder) / "series.duckdb"
        with duckdb.connect(str(warehouse)) as connection:
            connection.register("feed", series[["series", "date", "value"]])
            connection.execute(FEED)
        environment = {
            **os.environ,
            "LLM_COSTS_DUCKDB_PATH": str(warehouse),
            "DBT_TARGET_PATH": f"{folder}/target",
            "DBT_LOG_PATH": f"{folder}/logs",
        }
        done = subprocess.run(  # noqa: S603
            [
                str(Path(sys.executable).with_name("dbt")),
                *("--quiet", "run", "--target", "duckdb"),
                *("--select", "int_series_profiles"),
                *("int_series_expected", "int_series_scores", "int_series_judged"),
                *("--vars", json.dumps(settings or {})),
            ],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            verdicts = connection.execute(VERDICTS).df()
    return series.merge(verdicts, on=["series", "date"], validate="one_to_one")


def measure(days: pd.DataFrame, flag: str, warm_up: int = WARM_UP) -> Quality:
    """Count how a rule's flags agree with the labels."""
    days = days.sort_values(["series", "date"], ignore_index=True)
    is_early = days.groupby("series").cumcount() < warm_up
    # An event that began in the warm-up is neither asked for nor blamed.
    begun = is_early & (days["event"] >= 0)
    is_begun = begun.groupby([days["series"], days["event"]]).transform("any")
    days = days[~is_early & ~is_begun & ~days["is_ignored"]]
    flagged = days[flag].fillna(value=False).astype(bool)
    labelled = days["event"] >= 0
    hits = int((flagged & labelled).sum())

    begins = days[labelled].groupby(["series", "event"])["date"].agg(["min"])
    found = days[labelled & flagged].groupby(["series", "event"])["date"].min()
    delays = (found - begins["min"]).dropna().dt.days

    runs = (flagged != flagged.groupby(days["series"]).shift()).cumsum()
    alarms = labelled[flagged].groupby([days["series"], runs]).any()
    false_alarms = int((~alarms).sum())
    return Quality(
        day_precision=_ratio(hits, int(flagged.sum())),
        day_recall=_ratio(hits, int(labelled.sum())),
        event_precision=_ratio(len(delays), len(delays) + false_alarms),
        event_recall=_ratio(len(delays), len(begins)),
        false_days_per_month=_ratio(int((flagged & ~labelled).sum()), len(days)) * 30,
        days_to_detect=float(delays.mean()) if len(delays) else 0.0,
        events=len(begins),
    )


def split_halves(days: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Split by series, every other one."""
    names = sorted(days["series"].unique())
    return {
        "first": days[days["series"].isin(names[::2])],
        "second": days[days["series"].isin(names[1::2])],
        "all": days,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--series", type=Path, nargs="*", default=FILES)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--warm-up", type=int, default=WARM_UP)
    arguments = parser.parse_args()
    frames = [read_series(path) for path in arguments.series]
    if arguments.seeds:
        frames.append(make_company_series(arguments.seeds))
    verdicts = judge(pd.concat(frames, ignore_index=True))
    print(f"Warm-up {arguments.warm_up} days.")
    print(
        f"{'series':20} {'half':7} {'rule':13} {'events':>6}"
        f" {'P day':>6} {'R day':>6} {'F1 day':>6} {'P ev':>6} {'R ev':>6} {'F1 ev':>6}"
        f" {'false/month':>11} {'delay':>6}"
    )
    for set_name, days in verdicts.groupby("set_name", sort=False):
        for half, part in split_halves(days).items():
            for rule, flag in RULES.items():
                one = measure(part, flag, arguments.warm_up)
                print(
                    f"{set_name:20} {half:7} {rule:13} {one.events:6d}"
                    f" {one.day_precision:6.2f} {one.day_recall:6.2f} {one.day_f1:6.2f}"
                    f" {one.event_precision:6.2f} {one.event_recall:6.2f}"
                    f" {one.event_f1:6.2f}"
                    f" {one.false_days_per_month:11.3f} {one.days_to_detect:6.2f}"
                )


def _one_company(seed: int) -> pd.DataFrame:
    start = COMPANY_END - timedelta(days=COMPANY_DAYS - 1)
    company = Company(seed, start, COMPANY_END)
    costs = _company_costs(company)
    quiet = Company(seed, start, COMPANY_END)
    quiet.anomalies, quiet._by_workload = [], {}  # noqa: SLF001
    usual = _company_costs(quiet)
    events = {
        day: number
        for number, anomaly in enumerate(company.anomalies)
        for day in list_days(anomaly.start, anomaly.end)
    }
    rows = []
    for name in sorted({name for name, _ in costs}):
        first = min(day for series, day in costs if series == name)
        for day in list_days(first, COMPANY_END):
            cost, normal = costs[name, day], usual[name, day]
            change = abs(cost - normal)
            is_visible = change >= VISIBLE * normal and change > 0
            rows.append(
                (
                    f"sample_{name.split()[0]}s",
                    f"{seed:03d} {name}",
                    pd.Timestamp(day),
                    cost,
                    events[day] if is_visible else -1,
                    change > 0 and not is_visible,
                )
            )
    return pd.DataFrame(rows, columns=SERIES)


def _company_costs(company: Company) -> Counter[tuple[str, date]]:
    costs: Counter[tuple[str, date]] = Counter()
    for day in list_days(company.start, COMPANY_END):
        for cloud in ("AWS", "Azure", "GCP"):
            for usage in company.usage(cloud, day):
                cost = usage.quantity * usage.sku.cost_per_base_unit
                costs[f"customer {usage.workload.customer}", day] += cost
                if usage.sku.model != "not_applicable":
                    costs[f"model {usage.sku.model}", day] += cost
    return costs


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _f1(precision: float, recall: float) -> float:
    both = precision + recall
    return 2 * precision * recall / both if both else 0.0


if __name__ == "__main__":
    main()
