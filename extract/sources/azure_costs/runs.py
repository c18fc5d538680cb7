"""Runs of exports in a folder: what each delivered, and what cannot be read.

Azure writes ``<folder>/<export>/<yyyymmdd>-<yyyymmdd>/<run>/`` with parts and, last of
all, a manifest; older exports write one file a run into the range's folder, and none. A
person may also put down files from the portal anywhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from extract.errors import ExtractError
from extract.sources.azure_costs.manifests import ANEW, read_manifest
from extract.sources.azure_costs.settings import ACTUAL, AMORTIZED
from extract.unread import Unread
from extract.windows import first_day, last_day, period_of, periods_between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from extract.files import Store, StoredFile

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
        return self.scope or bill_of(self.export)

    def own_days(self) -> frozenset[date]:
        """Return the days of its range."""
        count = (self.last - self.first).days + 1
        return frozenset(self.first + timedelta(days=n) for n in range(count))


class SeveralMonthsError(ExtractError):
    """A file that holds more than one month, and which ones."""

    def __init__(self, message: str, periods: Iterable[str]) -> None:
        """Describe the file.

        Args:
            message: What is wrong with it.
            periods: Its months.
        """
        super().__init__(message)
        self.periods = frozenset(periods)


def bill_of(export: str) -> str:
    """Return what an export without a manifest, and its amortized twin, are called."""
    before, _, name = export.rpartition("/")
    return f"{before}/{COST_WORDS.sub('', name)}".strip("/") or "."


def find_runs(
    store: Store,
    files: Iterable[StoredFile],
    months_of: Callable[[StoredFile], str],
    names: Sequence[str] = (),
    scopes: Mapping[str, str] | None = None,
) -> tuple[list[Run], list[Unread]]:
    """Return the newest run of every range of days of every export, and what is none.

    Args:
        store: The folder.
        files: Its files, or those of some exports.
        months_of: Tells the month of a file whose folder does not.
        names: The only exports to look at, by name or folder; empty for all.
        scopes: Scopes of exports, where manifests that are not among the files tell.
    """
    ranges: defaultdict[str, list[tuple[re.Match[str], StoredFile]]] = defaultdict(list)
    plain: defaultdict[tuple[str, str], list[StoredFile]] = defaultdict(list)
    # By key, what cannot be read: its export, and why.
    strange: dict[str, tuple[str, ExtractError]] = {}
    listed = list(files)
    claimed = {
        file.key.rpartition("/")[0] for file in listed if file.key.endswith(MANIFEST)
    }
    for file in listed:
        folder, _, name = file.key.rpartition("/")
        if match := RANGE.fullmatch(file.key):
            if _is_named(match["export"].rstrip("/"), names):
                ranges[match["folder"]].append((match, file))
        elif (
            name.endswith(SUFFIXES)
            and not name.startswith((".", "_"))
            and folder not in claimed
            and _is_named(folder, names)
        ):
            try:
                plain[folder, months_of(file)].append(file)
            except ExtractError as error:
                strange[file.key] = folder, error
    runs = []
    for folder, found in ranges.items():
        try:
            run = _of_range(store, found)
        except ExtractError as error:
            strange[folder.rstrip("/")] = found[0][0]["export"].rstrip("/"), error
        else:
            runs += [run] if run else []
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
    scope_of = _scopes(runs, scopes or {})
    runs = [replace(run, scope=run.scope or scope_of(run.export)) for run in runs]
    # A run and a file beside it that cannot be read have to be of one bill, or the run
    # would be loaded as the whole of its month.
    unread = [
        _unread(key, export, error, scope_of(export))
        for key, (export, error) in strange.items()
    ]
    return sorted(runs, key=lambda run: (run.export, run.first, run.age)), unread


def _scopes(runs: Iterable[Run], known: Mapping[str, str]) -> Callable[[str], str]:
    """Return what tells an export's scope where one of its manifests does not.

    Others of its months do, or else those of its twin of the other type of cost.
    """
    own = {run.export: run.scope for run in runs if run.scope} | dict(known)
    twins: defaultdict[str, set[str]] = defaultdict(set)
    for export, scope in own.items():
        twins[bill_of(export)].add(scope)

    def of(export: str) -> str:
        known = twins.get(bill_of(export), set())
        return own.get(export) or (min(known) if len(known) == 1 else "")

    return of


def _is_named(export: str, names: Sequence[str]) -> bool:
    return not names or bool({export, export.rpartition("/")[2]} & set(names))


def _unread(key: str, export: str, error: ExtractError, scope: str) -> Unread:
    periods = error.periods if isinstance(error, SeveralMonthsError) else frozenset()
    bill = scope or bill_of(export)
    return Unread(key=key, error=str(error), bill=bill, periods=periods)


def _of_range(
    store: Store, found: Sequence[tuple[re.Match[str], StoredFile]]
) -> Run | None:
    """Return what counts of one range of days of one export; None for no costs."""
    match = found[0][0]
    export = match["export"].rstrip("/")
    folder = store.uri(match["folder"].rstrip("/"))
    first, last = (_day(match[name], folder) for name in ("first", "last"))
    if period_of(first) != period_of(last):
        raise SeveralMonthsError(
            f"{folder} holds days of two months, and months are loaded as a whole. Let "
            "the export run month to date.",
            periods_between(first, last),
        )
    run = Run(
        export=export,
        folder=match["folder"].rstrip("/"),
        first=first,
        last=last,
        cost_type=_told_by(export),
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


def _day(digits: str, folder: str) -> date:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as error:
        raise ExtractError(
            f"{folder}: {digits} is no day. An export's folder is named after its "
            "first and last day, such as 20261001-20261031."
        ) from error
