"""How well the anomaly models find anomalies, on series whose anomalies are known.

`python bench/anomaly_quality.py [--series FILE.csv ...] [--seeds N] [--stress SEED ...]
[--warm-up DAYS] [--missed]`

Puts daily series in the place of `int_series_daily`, runs the dbt models on them and
compares three rules:

- as asked: outside mean +- 2 standard deviations of the 6 days before and the day
- days before: the same over the 7 days before, without the day
- this project: status High or Low of `int_series_judged`

The series are those of the files (default: `tests/data/anomalies/*.csv`), for N seeds
every customer and model of the sample company (`anomaly_series.py`), and the stress
series of some seeds (`anomaly_stress.py`).

What is counted, from the warm-up on (28 days unless told otherwise):

- days: precision, recall and F1 over days
- events: an event is one labelled stretch, found if any of its days is flagged; flagged
  days in a row are one alarm, true if it touches an event
- false/month: flagged days outside of events, per 30 days of a series
- delay: days from the beginning of an event to its first flagged day

What was chosen on what: of the files, the even series by name (half `first`); of the
stress series, seeds 1 and 2; of the sample company, seeds 1 to 20. Half `second` and
all other seeds are unseen.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import pandas as pd
from anomaly_measures import WARM_UP, Quality, list_events, measure, split_halves
from anomaly_series import COSTS, make_sample_series, read_series
from anomaly_stress import make_stress_companies, make_stress_series

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "tests/data/anomalies").glob("*.csv"))
COMPANIES = 8
RULES = {
    "as asked": "outside_band_with_day",
    "days before": "outside_band_before",
    "this project": "is_anomaly",
}

FEED = """
create schema raw_ops;
create table raw_ops.load_ledger (source varchar);
create schema multi_cloud_costs;
create table multi_cloud_costs.daily_costs as
select
    customer_id,
    model,
    model_vendor,
    cast(date as date) as date,
    cast(value as decimal(38, 10)) as effective_usage_cost_usd
from costs;
create schema multi_cloud_costs_staging;
create table multi_cloud_costs_staging.int_series_daily as
select
    scope_type,
    series as scope_key,
    'all' as cloud_provider,
    'all' as service,
    case when scope_type = 'model' then series else 'all' end as model,
    case when scope_type = 'customer' then series else 'all' end as customer_id,
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


def judge(series: pd.DataFrame, costs: pd.DataFrame | None = None) -> pd.DataFrame:
    """Run the dbt models on series and give their verdicts.

    Args:
        series: Days of the series.
        costs: What customers spent on models, where that is known: series of the scope
            types customer and model are looked up in it by their names.
    """
    if costs is None:
        costs = pd.DataFrame(columns=COSTS)
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Path(folder) / "series.duckdb"
        with duckdb.connect(str(warehouse)) as connection:
            connection.register(
                "feed", series[["scope_type", "series", "date", "value"]]
            )
            connection.register("costs", costs)
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
                *("--select", "int_series_weeks+"),
                *("--exclude", "int_anomaly_contributors+"),
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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--series", type=Path, nargs="*", default=FILES)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--stress", type=int, nargs="*", default=[3])
    parser.add_argument("--warm-up", type=int, default=WARM_UP)
    parser.add_argument("--missed", action="store_true")
    arguments = parser.parse_args()
    frames = [read_series(path) for path in arguments.series]
    costs = []
    companies = [make_stress_companies(seed, COMPANIES) for seed in arguments.stress]
    frames += [make_stress_series(seed) for seed in arguments.stress]
    if arguments.seeds:
        companies.append(make_sample_series(arguments.seeds))
    for series, spent in companies:
        frames.append(series)
        costs.append(spent)
    verdicts = judge(
        pd.concat(frames, ignore_index=True),
        pd.concat(costs, ignore_index=True) if costs else None,
    )
    print(f"Warm-up {arguments.warm_up} days.")
    print(
        f"{'series':20} {'half':7} {'rule':13} {'events':>6}"
        f" {'P day':>6} {'R day':>6} {'F1 day':>6} {'P ev':>6} {'R ev':>6} {'F1 ev':>6}"
        f" {'false/month':>11} {'delay':>6}"
    )
    for set_name, days in verdicts.groupby("set_name", sort=False):
        is_stress = set_name.startswith("stress")
        halves = {"all": days} if is_stress else split_halves(days)
        for half, part in halves.items():
            for rule, flag in RULES.items():
                _print_quality(set_name, half, rule, measure(part, flag))
    single = verdicts[verdicts["set_name"].str.startswith("stress ")]
    for rule, flag in RULES.items():
        _print_quality("stress, all profiles", "all", rule, measure(single, flag))
    events = list_events(verdicts, arguments.warm_up)
    for name in ("set_name", "kind"):
        print(f"\nRecall of this project by {name}, of all events and of visible ones:")
        for value, some in events.groupby(name, sort=False):
            seen = some[some["is_visible"]]
            print(
                f"{value:20} {some['is_found'].sum():4d} of {len(some):4d}"
                f"   {seen['is_found'].sum():4d} of {len(seen):4d}"
            )
    if arguments.missed:
        print(events[~events["is_found"]].to_string(index=False, float_format="%.2f"))


def _print_quality(set_name: str, half: str, rule: str, one: Quality) -> None:
    print(
        f"{set_name:20} {half:7} {rule:13} {one.events:6d}"
        f" {one.day_precision:6.2f} {one.day_recall:6.2f} {one.day_f1:6.2f}"
        f" {one.event_precision:6.2f} {one.event_recall:6.2f} {one.event_f1:6.2f}"
        f" {one.false_days_per_month:11.3f} {one.days_to_detect:6.2f}"
    )


if __name__ == "__main__":
    main()
