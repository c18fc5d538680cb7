"""The unusual days that are put into the bills on purpose, and written down.

From day 30 on, each span of twelve days holds one anomaly. What it is and when depends
on the seed, the start and the number of the span only, never on where the bills end.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from sample_bills.catalogue import read_bundles

FIRST_DAY = 30
DAYS_APART = 12
KINDS = ("spike", "surge", "drop", "runaway batch")
BATCH_BUNDLES = {
    "AWS": "mp-sonnet-4-6-batch",
    "Azure": "gpt-5.4-batch",
    "GCP": "gemini-2.5-flash-batch",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A workload that may misbehave."""

    name: str
    cloud: str
    customer: str
    model: str
    daily_cost: float
    starts_on_day: int
    next_model: str
    migrated_by_day: int

    def name_model(self, day: int) -> str:
        """Name the model that does most of the work on a day."""
        return self.next_model if day >= self.migrated_by_day else self.model


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One unusual stretch of one workload, both days included.

    `factor` multiplies the workload's normal cost; of a runaway batch it is the cost
    that comes on top, in normal days of the workload.
    """

    cloud: str
    workload: str
    customer: str
    model: str
    kind: str
    start: date
    end: date
    factor: float


def plan_anomalies(
    seed: int, start: date, end: date, candidates: list[Candidate]
) -> list[Anomaly]:
    """Place the anomalies that begin by `end`."""
    planned: list[Anomaly] = []
    for span in range(((end - start).days - FIRST_DAY) // DAYS_APART + 1):
        rng = random.Random(f"anomaly|{seed}|{start}|{span}")
        day = FIRST_DAY + span * DAYS_APART + rng.randrange(8)
        kind = KINDS[(span + rng.randrange(2)) % len(KINDS)]
        able = [one for one in candidates if one.starts_on_day + 14 <= day]
        one = rng.choices(able, [item.daily_cost for item in able])[0]
        length, factor = {
            "spike": (1, rng.uniform(3, 6)),
            "surge": (rng.randint(3, 5), rng.uniform(1.8, 2.8)),
            "drop": (rng.randint(1, 3), rng.uniform(0.05, 0.25)),
            "runaway batch": (rng.randint(2, 3), rng.uniform(1.5, 3.5)),
        }[kind]
        begin = start + timedelta(days=day)
        if begin > end:
            continue
        is_batch = kind == "runaway batch"
        planned.append(
            Anomaly(
                cloud=one.cloud,
                workload=one.name,
                customer=one.customer,
                model=_batch_model(one.cloud) if is_batch else one.name_model(day),
                kind=kind,
                start=begin,
                end=begin + timedelta(days=length - 1),
                factor=round(factor, 3),
            )
        )
    return planned


def _batch_model(cloud: str) -> str:
    return read_bundles()[BATCH_BUNDLES[cloud]][0].model
