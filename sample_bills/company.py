"""A software company that resells AI: its customers, workloads and their history.

What happened on a day follows from the seed, the start and the day alone, so two
deliveries with one start agree on all the days that they share.
"""

import random
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sample_bills.anomalies import (
    BATCH_BUNDLES,
    Anomaly,
    Candidate,
    plan_anomalies,
)
from sample_bills.catalogue import Sku, read_bundles, read_table

MIGRATION_DAYS = 14
SATURDAY = 5
SMALLEST_ANOMALY = 20.0
# The customer that stands for the company itself.
OWN = "internal"


@dataclass(frozen=True, slots=True)
class Workload:
    """One use of one model for one feature, by one team of one customer.

    `evidence` says what in the bill tells whose it is; `evidence_customer` is the
    other customer that a weaker sign on the same row points to.
    """

    name: str
    cloud: str
    customer: str
    team: str
    environment: str
    feature: str
    bundle: str
    next_bundle: str
    migrates_on_day: int
    daily_cost: float
    steady_units: int
    every_days: int
    evidence: str
    place: str
    evidence_customer: str


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of a SKU a workload used on a day, in base units."""

    workload: Workload
    sku: Sku
    quantity: int


class Company:
    """The company's history from its first day on."""

    def __init__(
        self, seed: int, start: date, end: date, customers: Collection[str] = ()
    ) -> None:
        """Read the tables and place the anomalies.

        Args:
            seed: Chooses the history.
            start: The first day.
            end: The last day.
            customers: Whose workloads there are, beside the company's own; all if none
                is named.
        """
        self.seed = seed
        self.start = start
        self.customers = {
            row["customer_id"]: row for row in read_table("customers.csv")
        }
        kept = {*customers, OWN} if customers else self.customers.keys()
        self.workloads = [
            _read_workload(row)
            for row in read_table("workloads.csv")
            if row["customer"] in kept
        ]
        self.anomalies = plan_anomalies(seed, start, end, self._candidates())
        self._by_workload: dict[str, list[Anomaly]] = {}
        for anomaly in self.anomalies:
            self._by_workload.setdefault(anomaly.workload, []).append(anomaly)

    def draw(self, *words: object) -> random.Random:
        """Give the random numbers that belong to these words and to nothing else."""
        key = "|".join(str(word) for word in (self.seed, self.start, *words))
        return random.Random(key)

    def usage(self, cloud: str, day: date) -> Iterator[Usage]:
        """Give what was used in a cloud on a day."""
        for workload in self.workloads:
            if workload.cloud != cloud:
                continue
            if (day - self.start).days < self._starts_on(workload):
                continue
            if workload.steady_units:
                yield from self._steady_usage(workload, day)
            else:
                yield from self._varying_usage(workload, day)

    def find(self, name: str) -> Workload | None:
        """Give a workload by its name, if its customer is among those here."""
        return next((one for one in self.workloads if one.name == name), None)

    def count_skus(self, cloud: str) -> int:
        """Count the SKUs that are in use at one time in a cloud."""
        bundles = read_bundles()
        return sum(
            len(bundles[one.bundle])
            for one in self.workloads
            if one.cloud == cloud and not one.steady_units
        )

    def _starts_on(self, workload: Workload) -> int:
        return int(self.customers[workload.customer]["starts_on_day"])

    def _steady_usage(self, workload: Workload, day: date) -> Iterator[Usage]:
        offset = len(workload.name) % workload.every_days
        if (day - self.start).days % workload.every_days != offset:
            return
        for sku in read_bundles()[workload.bundle]:
            yield Usage(workload, sku, workload.steady_units)

    def _varying_usage(self, workload: Workload, day: date) -> Iterator[Usage]:
        rng = self.draw(day, workload.name)
        normal = self._normal_cost(workload, day, rng)
        cost = normal
        for anomaly in self._by_workload.get(workload.name, ()):
            if not anomaly.start <= day <= anomaly.end:
                continue
            if anomaly.kind == "runaway batch":
                batch = replace(
                    workload,
                    name=f"{workload.name}-batch",
                    bundle=BATCH_BUNDLES[workload.cloud],
                )
                yield from _split_cost(batch, batch.bundle, normal * anomaly.factor)
            else:
                cost *= anomaly.factor
        share = self._migrated_share(workload, day)
        if share < 1:
            yield from _split_cost(workload, workload.bundle, cost * (1 - share))
        if share > 0:
            yield from _split_cost(workload, workload.next_bundle, cost * share)

    def _normal_cost(self, workload: Workload, day: date, rng: random.Random) -> float:
        customer = self.customers[workload.customer]
        age = (day - self.start).days - int(customer["starts_on_day"])
        # Only sums and products: libm's powers differ in the last bit by platform.
        growth = 1 + float(customer["growth_per_day"]) * age
        noise = 1 + 0.08 * (rng.random() + rng.random() + rng.random() - 1.5)
        is_weekend = day.weekday() >= SATURDAY
        weekend = float(customer["weekend_factor"]) if is_weekend else 1.0
        return max(workload.daily_cost * growth * noise * weekend, 0.01)

    def _migrated_share(self, workload: Workload, day: date) -> float:
        if not workload.next_bundle:
            return 0.0
        into = (day - self.start).days - workload.migrates_on_day
        return min(max((into + 1) / MIGRATION_DAYS, 0.0), 1.0)

    def _candidates(self) -> list[Candidate]:
        bundles = read_bundles()
        return [
            Candidate(
                one.name,
                one.cloud,
                one.customer,
                bundles[one.bundle][0].model,
                one.daily_cost,
                self._starts_on(one),
                bundles[one.next_bundle or one.bundle][0].model,
                one.migrates_on_day + MIGRATION_DAYS // 2,
            )
            for one in self.workloads
            if one.daily_cost >= SMALLEST_ANOMALY and one.customer != OWN
        ]


def list_days(start: date, end: date) -> list[date]:
    """List the days from start to end, both included."""
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def _split_cost(workload: Workload, bundle: str, cost: float) -> Iterator[Usage]:
    skus = read_bundles()[bundle]
    work = cost / sum(sku.ratio * sku.cost_per_base_unit for sku in skus)
    for sku in skus:
        yield Usage(workload, sku, max(int(work * sku.ratio), 1))


def _read_workload(row: dict[str, str]) -> Workload:
    return Workload(
        **{
            **row,
            "migrates_on_day": int(row["migrates_on_day"] or 0),
            "daily_cost": float(row["daily_cost"] or 0),
            "steady_units": int(row["steady_units"] or 0),
            "every_days": int(row["every_days"] or 1),
        }  # type: ignore[arg-type]
    )
