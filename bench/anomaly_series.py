"""Labelled daily series for `anomaly_quality.py`: from files and of the sample company.

One row per series and day: the value, the number of the event that the day belongs to
(-1 for none) with its kind, and whether the day is neither asked for nor blamed.
"""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from sample_bills.company import Company, list_days

SERIES = [
    *("set_name", "series", "scope_type", "date", "value", "event", "kind"),
    "is_ignored",
]
COSTS = ["customer_id", "model", "model_vendor", "date", "value"]
COMPANY_DAYS, COMPANY_END = 120, date(2026, 11, 20)
# By how much a cost must differ from what it would have been to be called unusual.
VISIBLE = 0.25
# The units of a file without dollars say nothing: its series get this mean.
MEAN_WITHOUT_UNIT = 1000.0
UNMODELLED = "not_applicable"

# What a customer spent on a model on a day.
Costs = Counter[tuple[str, str, date]]
# The number and kind of the event of a day.
Events = dict[date, tuple[int, str]]


def read_series(path: Path) -> pd.DataFrame:
    """Read a file of labelled series: dollars with events, or numbers in windows."""
    rows = pd.read_csv(path, parse_dates=["date"])
    rows = rows.sort_values(["series", "date"], ignore_index=True)
    kind = rows["type"].fillna("") if "type" in rows else "window"
    if "label_window" in rows:
        changed = rows["label_window"] != rows.groupby("series")["label_window"].shift()
        rows["event"] = changed.cumsum().where(rows["label_window"] == 1, -1)
        mean = rows.groupby("series")["value"].transform("mean")
        rows["value"] = rows["value"] / mean * MEAN_WITHOUT_UNIT
    return rows.assign(
        set_name=path.stem, scope_type="model", kind=kind, is_ignored=False
    )[SERIES]


def make_sample_series(seeds: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the customers' and models' series of the sample company, and their costs."""
    frames, costs = [], []
    start = COMPANY_END - timedelta(days=COMPANY_DAYS - 1)
    for seed in range(1, seeds + 1):
        company, quiet = (Company(seed, start, COMPANY_END) for _ in range(2))
        quiet.anomalies, quiet._by_workload = [], {}  # noqa: SLF001
        events = {
            day: (number, anomaly.kind)
            for number, anomaly in enumerate(company.anomalies)
            for day in list_days(anomaly.start, anomaly.end)
        }
        unusual = _sample_costs(company, seed)
        usual = _sample_costs(quiet, seed)
        frames.append(compare_histories("sample", unusual, usual, events))
        costs.append(to_rows(unusual))
    return pd.concat(frames, ignore_index=True), pd.concat(costs, ignore_index=True)


def compare_histories(
    name: str, unusual: Costs, usual: Costs, events: Events
) -> pd.DataFrame:
    """Make series of models and customers out of what was, and what would have been.

    A day is unusual in a series where the two differ by a quarter, and neither counted
    nor blamed where they differ by less.
    """
    costs, normals = _by_series(unusual), _by_series(usual)
    last_day = max(day for _, _, day in costs)
    first_days: dict[tuple[str, str], date] = {}
    for scope_type, series, day in sorted(costs, key=lambda key: key[2]):
        first_days.setdefault((scope_type, series), day)
    rows = []
    for (scope_type, series), first_day in sorted(first_days.items()):
        for day in list_days(first_day, last_day):
            key = (scope_type, series, day)
            change = abs(costs[key] - normals[key])
            is_visible = change >= VISIBLE * normals[key] and change > 0
            event, kind = events[day] if is_visible else (-1, "")
            rows.append(
                (
                    *(f"{name}_{scope_type}s", series, scope_type, pd.Timestamp(day)),
                    *(costs[key], event, kind, change > 0 and not is_visible),
                )
            )
    return pd.DataFrame(rows, columns=SERIES)


def to_rows(costs: Costs) -> pd.DataFrame:
    """Make rows of costs. A vendor is what the last word of a model begins with."""
    rows = [
        (customer, model, model.split()[-1].split("-", maxsplit=1)[0], day, cost)
        for (customer, model, day), cost in costs.items()
    ]
    return pd.DataFrame(rows, columns=COSTS)


def _sample_costs(company: Company, seed: int) -> Costs:
    costs: Costs = Counter()
    for day in list_days(company.start, COMPANY_END):
        for cloud in ("AWS", "Azure", "GCP"):
            for usage in company.usage(cloud, day):
                customer = f"{seed:03d} customer {usage.workload.customer}"
                model = usage.sku.model
                if model != UNMODELLED:
                    model = f"{seed:03d} model {model}"
                cost = usage.quantity * usage.sku.cost_per_base_unit
                costs[customer, model, day] += cost
    return costs


def _by_series(costs: Costs) -> Costs:
    """Add up costs by scope type, series and day."""
    series: Costs = Counter()
    for (customer, model, day), cost in costs.items():
        series["customer", customer, day] += cost
        if model != UNMODELLED:
            series["model", model, day] += cost
    return series
