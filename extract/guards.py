"""What is refused unless forced: bills that shrank, are taken, have gone or are empty.

Each guard returns the message, or nothing where all is well.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from extract.closing import VARIABLE
from extract.units import PART, whole_of
from extract.windows import first_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extract.ledger import Entry
    from extract.units import Bill, Load, SourceSpec, Unit

# Bills grow within a month and move by a few per cent after it. Losing more than half
# the lines has so far always been a broken delivery, a renamed service or a changed
# filter, in open and in closed months alike.
SMALLEST_SHARE = Decimal("0.5")
# Usage takes up to a day to be told, and a month may begin with a holiday.
BEGUN_DAYS = 4


def shrunk_or_empty(spec: SourceSpec, load: Load, entry: Entry | None) -> str:
    """Say that a bill lost most of its lines, or has no files at its first load."""
    unit = load.delivery.unit
    if entry is None or entry.is_retired:
        if load.delivery.files or not spec.empty_hint:
            return ""
        return (
            f"{unit.name}: {load.delivery.location} is an empty period: it has no "
            f"files. {spec.empty_hint} If it is right: {_command(unit)}"
        )
    for what, now, before in (
        ("lines of AI services", load.landed_rows, entry.landed_rows),
        ("lines", load.total_rows, entry.total_rows),
    ):
        if now < before * SMALLEST_SHARE:
            return (
                f"{unit.name}: the bill now has {now:,} {what}, before it had "
                f"{before:,}. {spec.shrink_hint} The rows loaded before stay. If the "
                f"smaller bill is right: {_command(unit)}"
            )
    return ""


def vanished(spec: SourceSpec, load: Load, entries: Iterable[Entry]) -> str:
    """Say that the AI services are gone from a new month of a bill that had them.

    A service that is renamed in the middle of a month would be missing from the next
    one, which nothing else is compared with. A month that has only begun is let pass.

    Args:
        spec: The source.
        load: The month.
        entries: What is loaded of the source.
    """
    unit = load.delivery.unit
    if load.landed_rows or not load.total_rows or spec.lists_periods:
        return ""
    last = max(
        (m.last_usage_at for m in load.measures.values() if m.last_usage_at),
        default=None,
    )
    days = (
        last.day
        if last
        else (datetime.now(UTC).date() - first_day(unit.billing_period)).days
    )
    account = load.billing_account_id or unit.billing_account_id
    earlier = [
        entry
        for entry in entries
        if entry.billing_account_id == account
        and entry.billing_period < unit.billing_period
        and not entry.is_retired
    ]
    before = max(earlier, key=lambda entry: entry.billing_period, default=None)
    if before is None or not before.landed_rows or days < BEGUN_DAYS:
        return ""
    return (
        f"{unit.name}: the bill has {load.total_rows:,} lines of other services and "
        f"none of AI services, {before.billing_period} had {before.landed_rows:,}. "
        f"{spec.shrink_hint} If there is no such usage any more: {_command(unit)}"
    )


def holders(
    load: Load, entries: Iterable[Entry], *, do_scopes_nest: bool = False
) -> list[Entry]:
    """Return the other units, of any source, that hold a load's account and period.

    A unit whose lines name no account may hold any.

    Args:
        load: The load.
        entries: What is loaded.
        do_scopes_nest: Whether accounts of the load's own source may contain others.
    """
    unit = load.delivery.unit
    account = load.billing_account_id or unit.billing_account_id
    if not load.total_rows:
        return []
    return [
        entry
        for entry in entries
        if (entry.source, entry.unit) != (unit.source, unit.name)
        and not _are_parts(unit, entry)
        and entry.total_rows
        and entry.billing_period == unit.billing_period
        and (
            _is_nested(load, account, entry, do_scopes_nest=do_scopes_nest)
            if entry.source == unit.source
            else entry.cloud_provider == unit.cloud_provider
            and (
                not (account and entry.billing_account_id)
                or _overlap(
                    {account, *load.sub_accounts},
                    {entry.billing_account_id, *entry.sub_accounts},
                )
            )
        )
    ]


def _is_nested(load: Load, account: str, entry: Entry, *, do_scopes_nest: bool) -> bool:
    """Whether two units of one source may have charges in common."""
    if not (account and entry.billing_account_id):
        # A bill that does not say whose it is may be anybody's.
        return True
    if not do_scopes_nest:
        return entry.billing_account_id == account
    one, other = _account(account), _account(entry.billing_account_id)
    if one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/"):
        return True
    # A subscription that moves between two accounts is in both bills, for other days.
    if {_kind(one), _kind(other)} == {"billingaccounts"}:
        return False
    parts = [{_account(name) for name in x.sub_accounts} for x in (load, entry)]
    return bool(({one} | parts[0]) & ({other} | parts[1]) - {""})


def _kind(account: str) -> str:
    return "billingaccounts" if account.startswith("billingaccounts/") else ""


def _are_parts(unit: Unit, entry: Entry) -> bool:
    """Whether both are parts of one month, which have no line in common."""
    return (
        entry.source == unit.source
        and PART in entry.unit
        and PART in unit.name
        and whole_of(entry.unit) == whole_of(unit.name)
    )


def _overlap(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether accounts that two sources name may have a charge in common.

    Sources name them differently: a scope such as `subscriptions/1/resourceGroups/a` of
    Azure's API is part of the subscription `/subscriptions/1` of a FOCUS file. What is
    in a management group nobody tells, so it may hold anything.
    """
    names = [{_account(name) for name in side} - {""} for side in (some, others)]
    return any(
        one == other
        or one.startswith(f"{other}/")
        or other.startswith(f"{one}/")
        or "managementgroups/" in f"{one} {other}"
        for one in names[0]
        for other in names[1]
    )


def _account(name: str) -> str:
    name = name.lower().strip("/")
    for prefix in ("providers/microsoft.billing/", "subscriptions/"):
        name = name.removeprefix(prefix)
    return name


def taken(spec: SourceSpec, load: Load, others: Sequence[Entry]) -> str:
    """Say that another unit holds the same bill, which would count it twice."""
    if not others:
        return ""
    unit = load.delivery.unit
    whose, unsaid = _whose(load, others), _unsaid(spec, load, others)
    if any(entry.source != unit.source for entry in others):
        names = ", ".join(f"{entry.source} {entry.unit}" for entry in others)
        return (
            f"{unit.source} {unit.name}: the bill of {unit.cloud_provider} account "
            f"{whose} for {unit.billing_period} is already loaded as {names}; both "
            f"would count it twice. The rows loaded before stay. {unsaid}Load each "
            f"bill by one source only. If {unit.source} is to take over from {names}: "
            f"{_command(unit)}"
        )
    names = ", ".join(entry.unit for entry in others)
    return (
        f"{unit.name}: the bill of account {whose} for {unit.billing_period} is "
        f"already loaded as {names}; both would count it twice. The rows loaded before "
        f"stay. {unsaid}If the export was renamed or made anew, put {unit.name} in the "
        f"place of {names}: {_command(unit)}"
    )


def taken_beside(spec: SourceSpec, load: Load, others: Sequence[Entry]) -> str:
    """Say that another unit of the same run holds the same bill."""
    unit = load.delivery.unit
    names = ", ".join(entry.unit for entry in others)
    return (
        f"{unit.name}: the bill of account {_whose(load, others)} for "
        f"{unit.billing_period} is also in {names}, which this run loads; both would "
        f"count it twice. {_unsaid(spec, load, others)}Two exports of one payer tell "
        "the same bill, and so do scopes that contain each other: name one of them in "
        f"sources.{unit.source}."
    )


def _whose(load: Load, others: Sequence[Entry]) -> str:
    own = load.billing_account_id or load.delivery.unit.billing_account_id
    return others[0].billing_account_id or own or "(not given)"


def _unsaid(spec: SourceSpec, load: Load, others: Sequence[Entry]) -> str:
    """Say which units do not tell their account, and how they would."""
    own = load.billing_account_id or load.delivery.unit.billing_account_id
    names = [entry.unit for entry in others if not entry.billing_account_id]
    names += [] if own else [load.delivery.unit.name]
    if not names:
        return ""
    hint = f": {spec.account_hint}" if spec.account_hint else ""
    return f"Whose bill {' and '.join(names)} is, no line says{hint}. "


def torn(load: Load, others: Sequence[Entry], good: Iterable[Load]) -> str:
    """Say that a month would be taken over by some of its parts only.

    Args:
        load: A part that can be published.
        others: What it would take the place of.
        good: All parts that can be published.
    """
    unit = load.delivery.unit
    parts = {other.delivery.unit.name for other in good}
    lacking = sorted(load.siblings - parts)
    if not others or not lacking:
        return ""
    return (
        f"{unit.name}: {', '.join(lacking)} could not be read; a month takes the place "
        f"of {', '.join(entry.unit for entry in others)} as a whole or not at all. Run "
        "again."
    )


def gone(
    bill: Bill, units: Sequence[Unit], known: Mapping[str, Entry]
) -> dict[str, str]:
    """Say which loaded units, that may still change, the provider no longer has.

    Args:
        bill: The bill.
        units: Every unit that the provider still has.
        known: The ledger's current entries, by unit.
    """
    if not bill.spec.lists_periods:
        return {}
    offered = {unit.name for unit in units}
    # Where only the lines tell the account, the period may hold any; a renamed export
    # is compared when its lines are read.
    held = {(unit.billing_account_id, unit.billing_period) for unit in units}
    found = {}
    for name, entry in sorted(known.items()):
        period = entry.billing_period
        if name in offered or not entry.total_rows:
            continue
        # A folder that cannot be read is told of itself, and hides its bills.
        if any(not (unit.cloud_provider or unit.billing_account_id) for unit in units):
            continue
        if held & {("", period), (entry.billing_account_id, period)}:
            continue
        periods = [*(unit.billing_period for unit in units), period]
        if period in bill.look_back(periods, entry.billing_account_id):
            found[name] = (
                f"{name}: the provider no longer has this period. The "
                f"{entry.total_rows:,} lines loaded before stay. Have it delivered "
                "again, or, if it is right that it has gone, close the month: "
                f"{VARIABLE}={period}. For one run without this error: "
                f"dlt pipeline {bill.spec.name} run --force"
            )
    return found


def _command(unit: Unit) -> str:
    return f"dlt pipeline {unit.source} run --period {unit.billing_period} --force"
