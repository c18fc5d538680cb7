"""Billing periods: which exist, which may still change, which a run looks at."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from extract.errors import ExtractError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from extract.units import Bill, Unit

PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def check_period(text: str) -> str:
    """Return a period if it is written as YYYY-MM, else raise."""
    if not PERIOD.fullmatch(text):
        raise ExtractError(
            f"--period {text}: a period is a month written as YYYY-MM, such as 2026-10."
        )
    return text


def period_of(day: date) -> str:
    """Return the period that a day is in."""
    return f"{day:%Y-%m}"


def first_day(period: str) -> date:
    """Return the first day of a period."""
    return date.fromisoformat(f"{period}-01")


def last_day(period: str) -> date:
    """Return the last day of a period."""
    return (first_day(period) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def periods_between(first: date, last: date) -> list[str]:
    """Return every period from the one of the first day to the one of the last."""
    periods, day = [], first.replace(day=1)
    while day <= last:
        periods.append(period_of(day))
        day = (day + timedelta(days=31)).replace(day=1)
    return periods


def periods_back(last: date, count: int) -> list[str]:
    """Return the given number of periods that end with the one of a day."""
    month = last.year * 12 + last.month - 1
    return [
        f"{m // 12:04d}-{m % 12 + 1:02d}" for m in range(month - count + 1, month + 1)
    ]


def newest(periods: Sequence[str], count: int) -> set[str]:
    """Return the newest of some periods."""
    return set(sorted(set(periods))[-count:])


def choose_units(
    bill: Bill,
    units: Sequence[Unit],
    loaded: Collection[str],
    periods: Collection[str],
    *,
    full_refresh: bool,
) -> list[Unit]:
    """Choose the units that a run looks at, oldest first.

    Args:
        bill: The bill they belong to.
        units: Every unit that the provider still has.
        loaded: Names of the units that the ledger has.
        periods: The only periods to look at; empty for no such limit.
        full_refresh: Look at every unit.
    """
    by_account: defaultdict[str, list[str]] = defaultdict(list)
    for unit in units:
        by_account[unit.billing_account_id].append(unit.billing_period)
    restated = {
        account: bill.look_back(account_periods, account)
        for account, account_periods in by_account.items()
    }
    chosen = [
        unit
        for unit in units
        if (unit.billing_period in periods if periods else True)
        and (
            full_refresh
            or periods
            or unit.name not in loaded
            or unit.billing_period in restated[unit.billing_account_id]
        )
    ]
    return sorted(chosen, key=lambda unit: (unit.billing_period, unit.name))
