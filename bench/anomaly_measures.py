"""What `anomaly_quality.py` counts: how flags agree with labels, by day and event."""

from dataclasses import dataclass

import pandas as pd
from anomaly_series import VISIBLE

WARM_UP = 28


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


def list_events(days: pd.DataFrame, warm_up: int = WARM_UP) -> pd.DataFrame:
    """List the events that are asked for, and whether a reader of sums could see them.

    An event can be seen if on one of its days the series leaves the range of the 28
    days before, by at least a quarter of their median. This asks no model.
    """
    days = days.sort_values(["series", "date"], ignore_index=True)
    by_series = days.groupby("series")["value"]
    past = {
        name: by_series.transform(lambda one, name=name: getattr(_before(one), name)())
        for name in ("min", "max", "median")
    }
    is_outside = (days["value"] < past["min"]) | (days["value"] > past["max"])
    change = days["value"] / past["median"] - 1
    days = days.assign(
        number=days.groupby("series").cumcount(),
        is_outside=is_outside & (change.abs() >= VISIBLE),
        change=change,
        size=change.abs(),
        is_found=days["is_anomaly"].fillna(value=False).astype(bool),
    )
    grouped = days[days["event"] >= 0].groupby(["set_name", "series", "event"])
    events = grouped.agg(
        kind=("kind", "first"),
        begins=("date", "min"),
        number=("number", "min"),
        largest_change=("size", "max"),
        is_visible=("is_outside", "any"),
        is_found=("is_found", "any"),
        statuses=("status", lambda one: ", ".join(sorted(set(one)))),
    )
    return events[events["number"] >= warm_up].drop(columns="number").reset_index()


def _before(values: "pd.Series[float]") -> "pd.core.window.Rolling[pd.Series[float]]":
    return values.shift().rolling(28, min_periods=14)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _f1(precision: float, recall: float) -> float:
    both = precision + recall
    return 2 * precision * recall / both if both else 0.0
