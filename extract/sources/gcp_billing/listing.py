"""Which months the export's tables have, by as few of their partitions as will do.

A table grows by a day each day, and no day is written again: what its older partitions
hold is loaded, and the ledger says so. That this is all of it, two numbers tell: how
many rows are in these partitions, for which BigQuery reads no column, and of how many
the ledger knows. Where they differ, or nothing is loaded yet, every partition is read,
and of months that have more rows than are loaded a warning tells.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Any

from extract.windows import first_day, period_of, periods_back

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date

    from extract.ledger import Entry

    Ask = Callable[..., list[tuple[Any, ...]]]

logger = logging.getLogger(__name__)

# Short columns only.
_ALL = """
    select {keys}, count(*) from `{table}`
    where _PARTITIONTIME is not null
    group by {places}
"""
_NEW = """
    select {keys}, count(*) from `{table}`
    where _PARTITIONTIME >= timestamp(@first_day)
    group by {places}
"""
# A number that BigQuery keeps of every partition: no column is read.
_OLD = "select count(*) from `{table}` where _PARTITIONTIME < timestamp(@first_day)"


def place_of(table: str) -> str:
    """Return the location of what is loaded out of a table."""
    return f"bigquery://{table}"


def list_parts(
    ask: Ask,
    table: str,
    keys: Sequence[str],
    loaded: Collection[Entry],
    look_back_periods: int,
) -> tuple[list[tuple[Any, ...]], list[Entry]]:
    """Return what a table has rows of: as its partitions say, and as the ledger does.

    Args:
        ask: Asks a query of a table.
        table: The table.
        keys: SQL of the account, of the invoice month, and of what divides it.
        loaded: The ledger's entries of the source.
        look_back_periods: How many months before the newest may still change.
    """
    known = [
        entry
        for entry in loaded
        if entry.location == place_of(table) and not entry.is_retired
    ]
    since = _first_to_read(known, look_back_periods)
    if since:
        new = ask(_by(keys, _NEW), table, first_day=f"{since}")
        old = [entry for entry in known if entry.billing_period < period_of(since)]
        # A row of an older month may come late, into a newer partition.
        late = sum(row[-1] for row in new if _is_older(row[1], since))
        ((rows,),) = ask(_OLD, table, first_day=f"{since}")
        counted = sum(entry.total_rows for entry in old)
        if rows + late == counted:
            keyed = [row[:-1] for row in new if not _is_older(row[1], since)]
            return keyed, [entry for entry in old if entry.total_rows]
        logger.info(
            "%s has %d rows of months before %s, and %d are loaded: all of its "
            "partitions are read to find the months that it has.",
            table,
            rows + late,
            period_of(since),
            counted,
        )
    listed = ask(_by(keys, _ALL), table)
    if since:
        _warn_of_late_rows(table, listed, known, since)
    return [row[:-1] for row in listed], []


def _by(keys: Sequence[str], query: str) -> str:
    places = ", ".join(str(place) for place, _ in enumerate(keys, start=1))
    return query.replace("{keys}", ", ".join(keys)).replace("{places}", places)


def _warn_of_late_rows(
    table: str,
    listed: Sequence[tuple[Any, ...]],
    known: Collection[Entry],
    since: date,
) -> None:
    """Warn of loaded months that got rows after runs had stopped looking at them."""
    there: Counter[tuple[str, str]] = Counter()
    loaded: Counter[tuple[str, str]] = Counter()
    for account, month, *_, rows in listed:
        if account and _is_older(month, since):
            there[account, f"{month[:4]}-{month[4:]}"] += rows
    for entry in known:
        loaded[entry.billing_account_id, entry.billing_period] += entry.total_rows
    for (account, period), rows in sorted(there.items()):
        counted = loaded[account, period]
        if (account, period) in loaded and rows > counted:
            logger.warning(
                "%s has %d rows of %s/%s, of which %d are loaded: the others came "
                "after runs had stopped looking at that month "
                "(sources.gcp_billing.look_back_periods). To load them: "
                "dlt pipeline gcp_billing run --period %s",
                table,
                rows,
                account,
                period,
                counted,
                period,
            )


def _first_to_read(known: Collection[Entry], look_back_periods: int) -> date | None:
    """Return the first day of the months that may still change, if any is loaded."""
    newest = max((entry.billing_period for entry in known), default="")
    if not newest:
        return None
    months = periods_back(first_day(newest), look_back_periods + 1)
    return first_day(months[0])


def _is_older(month: str | None, since: date) -> bool:
    return bool(month) and str(month) < f"{since:%Y%m}"
