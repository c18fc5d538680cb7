"""Series made to put the anomaly models under stress; all follow from a seed.

Single series: each profile is one trait of real costs that rules stumble over, on ten
series of 200 days with a level, a week and a noise of their own and five events from
day 35 on. What belongs to the profile (a job on the last of a month, a holiday, the
invoice's credit) is no event, so a flag there is a false alarm, except on the day of a
credit itself, which is neither asked for nor blamed.

Companies: six customers on twelve models of three vendors. Usage moves from one model
to another (at once or within a month, to one that is cheaper or dearer), a customer
begins late, and single days or a few are unusual. Only these are events.
"""

import random
from collections import Counter
from datetime import date, timedelta

import pandas as pd
from anomaly_series import SERIES, Costs, Events, compare_histories, to_rows

START = date(2026, 1, 5)
DAYS, COMPANY_DAYS = 200, 150
SERIES_PER_PROFILE = 10
FIRST_EVENT, DAYS_BETWEEN, EVENTS = 35, 32, 5
SATURDAY, HALF = 5, 0.5
PROFILES = (
    *("plain", "growing", "shrinking", "weekday peak", "idle weekends", "small"),
    *("noisy", "sparse", "monthly job", "month-end job", "holidays", "credits"),
)
# Kind: days, and factors from and to; a step stays, a leak grows by its factor a day.
KINDS = {
    "spike 3x": (1, 3.0, 6.0),
    "spike 2x": (1, 1.8, 2.6),
    "surge": (4, 1.6, 2.5),
    "drop": (2, 0.05, 0.4),
    "gap": (1, 0.0, 0.0),
    "step": (5, 1.6, 3.0),
    "leak": (21, 1.03, 1.05),
}
CUSTOMERS = 6
MODELS = [f"{vendor}-{number}" for vendor in ("ash", "elm", "oak") for number in "1234"]
COMPANY_KINDS = ("spike 3x", "surge", "drop")


def make_stress_series(seed: int) -> pd.DataFrame:
    """Make the series of every profile."""
    rows = []
    for profile in PROFILES:
        for number in range(SERIES_PER_PROFILE):
            name = f"{seed:03d} {profile} {number}"
            rng = random.Random(name)
            costs, is_ignored = _profile_costs(profile, rng)
            events = _add_events(costs, rng, is_ignored)
            for day, cost in enumerate(costs):
                event, kind = events.get(day, (-1, ""))
                rows.append(
                    (
                        *(f"stress {profile}", name, "model"),
                        *(pd.Timestamp(START + timedelta(days=day)), round(cost, 6)),
                        *(event, kind, day in is_ignored and event < 0),
                    )
                )
    return pd.DataFrame(rows, columns=SERIES)


def make_stress_companies(
    seed: int, companies: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the series of companies, and what their customers spent on models."""
    frames, costs = [], []
    for number in range(companies):
        unusual, usual, events = _company_costs(f"{seed:03d}.{number}")
        frames.append(compare_histories("stress", unusual, usual, events))
        costs.append(to_rows(unusual))
    return pd.concat(frames, ignore_index=True), pd.concat(costs, ignore_index=True)


def _profile_costs(profile: str, rng: random.Random) -> tuple[list[float], set[int]]:
    """Give a series without events, and the days that are neither asked nor blamed."""
    level = rng.uniform(2, 8) if profile == "small" else 10 ** rng.uniform(1, 3.5)
    noise = rng.uniform(0.25, 0.4) if profile == "noisy" else rng.uniform(0.03, 0.15)
    trend = {"growing": rng.uniform(0.004, 0.015), "shrinking": -0.006}.get(profile, 0)
    weekend = 0.0 if profile == "idle weekends" else rng.uniform(0.15, 1.2)
    peak_day, peak = rng.randrange(5), rng.uniform(1.8, 3)
    job = rng.uniform(1, 4)
    holidays = {rng.randrange(FIRST_EVENT, DAYS) for _ in range(4)}
    credits_ = {rng.randrange(FIRST_EVENT, DAYS) for _ in range(4)}
    costs, is_ignored = [], set()
    for number in range(DAYS):
        day = START + timedelta(days=number)
        is_weekend = day.weekday() >= SATURDAY
        cost = level * (1 + trend) ** number * 2.718281828 ** rng.gauss(0, noise)
        cost *= weekend if is_weekend else 1.0
        if profile == "weekday peak" and day.weekday() == peak_day:
            cost *= peak
        if profile == "sparse" and rng.random() < HALF:
            cost = 0.0
        if profile == "monthly job" and day.day == 1:
            cost += job * level
            # Nobody can know the first one.
            is_ignored |= {number} if number < DAYS_BETWEEN else set()
        if profile == "month-end job" and (day + timedelta(days=1)).day == 1:
            cost += job * level
        if profile == "holidays" and number in holidays and not is_weekend:
            cost *= min(weekend, 0.6)
        if profile == "credits" and number in credits_:
            cost -= rng.uniform(0.4, 2.5) * level
            is_ignored.add(number)
        costs.append(cost)
    return costs, is_ignored


def _add_events(
    costs: list[float], rng: random.Random, is_ignored: set[int]
) -> dict[int, tuple[int, str]]:
    """Change costs in place; give the number and kind of the event of a day."""
    events: dict[int, tuple[int, str]] = {}
    kinds = ["spike 3x", *rng.sample(list(KINDS)[1:], EVENTS - 1)]
    rng.shuffle(kinds)
    for number, kind in enumerate(kinds):
        begin = FIRST_EVENT + number * DAYS_BETWEEN + rng.randrange(5)
        # Nothing times three is nothing.
        while costs[begin] <= 0:
            begin += 1
        days, lowest, highest = KINDS[kind]
        factor = rng.uniform(lowest, highest)
        for day in range(begin, min(begin + days, DAYS)):
            events[day] = (number, kind)
        if kind == "leak":
            # Who has got used to it may be told that it is over.
            is_ignored |= set(range(begin + days, begin + days + 9))
        for day in range(begin, DAYS if kind == "step" else min(begin + days, DAYS)):
            costs[day] *= factor ** (day - begin + 1) if kind == "leak" else factor
    return events


def _company_costs(name: str) -> tuple[Costs, Costs, Events]:
    """Give what customers spent on models, what they would have, and the events."""
    rng = random.Random(name)
    unusual: Costs = Counter()
    usual: Costs = Counter()
    events, targets = {}, {}
    customers = [f"{name} customer {number}" for number in range(CUSTOMERS)]
    uses = {one: rng.sample(MODELS, rng.randint(3, 5)) for one in customers}
    for number, begin in enumerate(range(30, COMPANY_DAYS - 5, 12)):
        customer = rng.choice(customers[:-1])
        kind = rng.choice(COMPANY_KINDS)
        days, lowest, highest = KINDS[kind]
        factor, model = rng.uniform(lowest, highest), rng.choice(uses[customer])
        for day in range(begin, begin + days):
            events[START + timedelta(days=day)] = (number, kind)
            targets[day] = (customer, model, factor)
    for customer in customers:
        # The last one begins in the middle.
        first = COMPANY_DAYS // 2 if customer == customers[-1] else 0
        weekend, noise = rng.uniform(0.2, 1.1), rng.uniform(0.03, 0.12)
        leaver, *_, taker = uses[customer]
        if rng.random() < HALF:
            taker = rng.choice([one for one in MODELS if one not in uses[customer]])
        begin, length = rng.randrange(40, 110), rng.choice([1, 1, 4, 14, 30])
        price = rng.uniform(0.6, 1.3)
        for model in uses[customer]:
            level = 10 ** rng.uniform(0.8, 2.5)
            for day in range(first, COMPANY_DAYS):
                date_ = START + timedelta(days=day)
                cost = level * 2.718281828 ** rng.gauss(0, noise)
                cost *= weekend if date_.weekday() >= SATURDAY else 1.0
                share = min(max((day - begin + 1) / length, 0), 1)
                parts = {model: cost}
                if model == leaver:
                    parts = {model: cost * (1 - share), taker: cost * share * price}
                for used, part in parts.items():
                    if not part:
                        continue
                    key = (customer, f"{name} model {used}", date_)
                    who, what, factor = targets.get(day, ("", "", 1.0))
                    is_hit = (who, what) == (customer, model)
                    usual[key] += part
                    unusual[key] += part * (factor if is_hit else 1.0)
    return unusual, usual, events
