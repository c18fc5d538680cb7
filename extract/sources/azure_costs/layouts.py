"""Exports of Cost Management in a folder: which runs there are, and which count.

Azure writes ``<folder>/<export>/<yyyymmdd>-<yyyymmdd>/<run>/`` with parts and, last of
all, a manifest; older exports write one file a run into the range's folder, and none. A
person may also put down files from the portal anywhere. Every day counts once: by the
newest run that holds it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from extract.errors import ExtractError
from extract.sources.azure_costs.export_columns import focus_message
from extract.sources.azure_costs.manifests import ANEW, read_manifest
from extract.sources.azure_costs.settings import ACTUAL, AMORTIZED, FOCUS
from extract.units import digest_of
from extract.windows import first_day, last_day, period_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from extract.files import Store, StoredFile

# What units of exports are called first, where those of the API begin with a scope.
UNIT = "export/"
SUFFIXES = (".csv", ".csv.gz", ".parquet", ".csv.zip", ".zip")
MANIFEST = "manifest.json"
RANGE = re.compile(
    r"(?P<folder>(?P<export>(?:.*/)?)(?P<first>\d{8})-(?P<last>\d{8})/)"
    r"(?P<run>(?:.*/)?)(?P<name>[^/]+)"
)
# What tells the two exports of a scope apart where no manifest does.
COST_WORDS = re.compile(r"[-_ ]*(actual|amorti[sz]ed|cost)s?[-_ ]*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run of an export delivered of one month.

    Attributes:
        export: The export's folder, to show to a person and to tell exports apart.
        folder: Where to look again for newer runs.
        first: First day that it holds.
        last: Last day.
        files: Its files.
        age: The newest has the greatest.
        scope: Scope of the export; '' where no manifest says.
        cost_type: ActualCost or AmortizedCost.
        mark: Changes with its manifest.
        days: Days that count by this run; all of its own by default.
        error: Why it cannot be read.
    """

    export: str
    folder: str
    first: date
    last: date
    files: Sequence[StoredFile] = ()
    age: tuple[str, float, str] = ("", 0.0, "")
    scope: str = ""
    cost_type: str = ACTUAL
    mark: str = ""
    days: frozenset[date] = frozenset()
    error: str = ""

    @property
    def period(self) -> str:
        """The month."""
        return period_of(self.first)

    @property
    def bill(self) -> str:
        """What exports of one bill have in common."""
        if self.scope:
            return self.scope
        before, _, name = self.export.rpartition("/")
        return f"{before}/{COST_WORDS.sub('', name)}".strip("/") or "."

    def own_days(self) -> frozenset[date]:
        """Return the days of its range."""
        count = (self.last - self.first).days + 1
        return frozenset(self.first + timedelta(days=n) for n in range(count))


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
) -> dict[str, Month]:
    """Return the months of a folder's exports, by the name of their unit.

    Args:
        store: The folder.
        files: Its files, or those of some exports.
        months_of: Tells the month of a file whose folder does not.
        names: The only exports to look at, by name or folder; empty for all.
    """
    runs = [
        run
        for run in find_runs(store, files, months_of)
        if not names or {run.export, run.export.rpartition("/")[2]} & set(names)
    ]
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
    return months


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


def find_runs(
    store: Store,
    files: Iterable[StoredFile],
    months_of: Callable[[StoredFile], str],
) -> list[Run]:
    """Return the newest run of every range of days of every export."""
    ranges: defaultdict[str, list[tuple[re.Match[str], StoredFile]]] = defaultdict(list)
    plain: defaultdict[tuple[str, str], list[StoredFile]] = defaultdict(list)
    listed = list(files)
    claimed = {
        file.key.rpartition("/")[0] for file in listed if file.key.endswith(MANIFEST)
    }
    for file in listed:
        folder, _, name = file.key.rpartition("/")
        if match := RANGE.fullmatch(file.key):
            ranges[match["folder"]].append((match, file))
        elif (
            name.endswith(SUFFIXES)
            and not name.startswith((".", "_"))
            and folder not in claimed
        ):
            plain[folder, months_of(file)].append(file)
    runs = [run for found in ranges.values() if (run := _of_range(store, found))]
    runs += [
        Run(
            export=folder,
            folder=folder,
            first=first_day(month),
            last=last_day(month),
            files=files_,
            cost_type=_told_by(folder),
        )
        for (folder, month), files_ in plain.items()
        if month
    ]
    return sorted(runs, key=lambda run: (run.export, run.first, run.age))


def _of_range(
    store: Store, found: Sequence[tuple[re.Match[str], StoredFile]]
) -> Run | None:
    """Return what counts of one range of days of one export; None for no costs."""
    match = found[0][0]
    export = match["export"].rstrip("/")
    first, last = (_day(match[name]) for name in ("first", "last"))
    run = Run(
        export=export,
        folder=match["folder"].rstrip("/"),
        first=first,
        last=last,
        cost_type=_told_by(export),
    )
    if period_of(first) != period_of(last):
        return replace(
            run,
            error=(
                f"{store.uri(run.folder)} holds days of two months, and months are "
                "loaded as a whole. Let the export run month to date."
            ),
        )
    manifests = [file for m, file in found if m["name"] == MANIFEST]
    files = {file.key: file for _, file in found}
    if manifests:
        return read_manifest(store, run, manifests, files)
    single = [f for m, f in found if not m["run"] and m["name"].endswith(SUFFIXES)]
    if not single:
        return replace(
            run,
            error=(
                f"{store.uri(run.folder)} has no {MANIFEST} yet, which Azure writes "
                f"last. {ANEW}"
            ),
        )
    if store.is_local and len(single) > 1:
        # On a disk a file's time is that of its copy.
        return replace(
            run,
            error=(
                f"{store.uri(run.folder)} holds {len(single)} runs of one export and "
                f"no {MANIFEST} that tells the newest: each is the whole month. Keep "
                "the newest file."
            ),
        )
    newest = max(single, key=lambda file: (file.modified, file.key))
    return replace(run, files=[newest], age=("", newest.modified, newest.key))


def _told_by(export: str) -> str:
    return AMORTIZED if "amorti" in export.lower() else ACTUAL


def _day(digits: str) -> date:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as error:
        raise ExtractError(
            f"{digits} is no day. An export's folder is named after its first and last "
            "day, such as 20261001-20261031."
        ) from error
