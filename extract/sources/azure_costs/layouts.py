"""Exports of Cost Management in a folder: which months there are, and which runs count.

Every day counts once: by the newest run that holds it. What cannot be read holds back
the months that it may be of.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from extract.sources.azure_costs.export_columns import focus_message
from extract.sources.azure_costs.runs import find_runs
from extract.sources.azure_costs.settings import ACTUAL, FOCUS
from extract.units import digest_of
from extract.unread import Unread, held_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from extract.files import Store, StoredFile
    from extract.sources.azure_costs.runs import Run

# What units of exports are called first, where those of the API begin with a scope.
UNIT = "export/"


@dataclass(kw_only=True)
class Month:
    """One month of one bill, as its exports have it.

    Attributes:
        bill: The scope, or the folder where no manifest tells it.
        period: The month.
        runs: What counts, by type of cost.
        error: Why it cannot be loaded.
    """

    bill: str
    period: str
    runs: dict[str, list[Run]] = field(default_factory=dict)
    error: str = ""

    @property
    def name(self) -> str:
        """Name of its unit."""
        return f"{UNIT}{self.bill.strip('/')}/{self.period}"

    @property
    def scope(self) -> str:
        """The scope; '' where only the rows tell it."""
        return next((r.scope for runs in self.runs.values() for r in runs), "")

    @property
    def all_runs(self) -> list[Run]:
        """What counts, of both types of cost."""
        return [run for runs in self.runs.values() for run in runs]

    @property
    def folders(self) -> list[str]:
        """Where to look for newer runs."""
        return sorted({run.folder for run in self.all_runs})

    @property
    def scopes(self) -> dict[str, str]:
        """Scope of every export of it, whichever month's manifest told it."""
        return {run.export: run.scope for run in self.all_runs if run.scope}

    def version(self, marks: Iterable[str]) -> str:
        """Return a hash that changes with every file that counts."""
        lines = [*marks]
        for run in self.all_runs:
            lines += [run.cost_type, run.mark, *sorted(str(day) for day in run.days)]
            lines += [f"{f.key} {f.size} {f.fingerprint}" for f in run.files]
        return digest_of(lines)


def find_months(
    store: Store,
    files: Iterable[StoredFile],
    months_of: Callable[[StoredFile], str],
    names: Sequence[str] = (),
    scopes: Mapping[str, str] | None = None,
) -> tuple[dict[str, Month], list[Unread]]:
    """Return the months of a folder's exports by the name of their unit, and the rest.

    Args:
        store: The folder.
        files: Its files, or those of some exports.
        months_of: Tells the month of a file whose folder does not.
        names: The only exports to look at, by name or folder; empty for all.
        scopes: Scopes of exports, where manifests that are not among the files tell.
    """
    runs, unread = find_runs(store, files, months_of, names, scopes)
    months: dict[str, Month] = {}
    grouped: defaultdict[tuple[str, str, str], list[Run]] = defaultdict(list)
    for run in runs:
        month = Month(bill=run.bill, period=run.period)
        month = months.setdefault(month.name, month)
        month.error = month.error or run.error
        grouped[month.name, run.cost_type, run.export].append(run)
    for (name, cost_type, export), of_one in grouped.items():
        month = months[name]
        if other := month.runs.get(cost_type):
            month.error = month.error or (
                f"{store.uri(other[0].export)} and {store.uri(export)} both hold the "
                f"{cost_type} of {month.bill} in {month.period}; together they would "
                "count it twice. Name the one to load in "
                "sources.azure_costs.export_names."
            )
            continue
        month.runs[cost_type] = newest_of_each_day(of_one)
    for month in months.values():
        focus = month.runs.pop(FOCUS, [])
        if focus and not month.runs:
            month.error = focus_message(store.uri(focus[0].export))
        elif ACTUAL not in month.runs:
            month.error = month.error or (
                f"{store.uri(month.all_runs[0].export)} holds amortized costs, and "
                f"nothing holds the actual ones of {month.bill} in {month.period}: "
                "what is invoiced they do not tell. Make an export of the type "
                "ActualCost beside it, or let its run for this month be delivered."
            )
        for one in unread:
            if one.may_hold(month.bill, month.period):
                month.error = month.error or held_back(store.uri(one.key))
    return months, unread


def newest_of_each_day(runs: Sequence[Run]) -> list[Run]:
    """Return the runs that hold a day which no newer one holds, with those days.

    Args:
        runs: Runs of one export and month.
    """
    counted: set[date] = set()
    kept = []
    for run in sorted(runs, key=lambda one: one.age, reverse=True):
        if days := run.own_days() - counted:
            kept.append(replace(run, days=days))
            counted |= days
    return sorted(kept, key=lambda one: one.first)
