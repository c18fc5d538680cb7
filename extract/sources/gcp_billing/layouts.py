"""Which files hold which invoice month, by their folders or by what is in them.

An extract by invoice month lies in folders that say it. An extract of the table's
partitions, or of the whole table, has rows of several months in a file, so each such
file is asked once, by a few short columns, and remembered until it changes. A month is
refused rather than counted twice, and left as it was while a file that may hold rows of
it cannot be read.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

from extract.errors import ExtractError
from extract.fields import canonical
from extract.json_lines import SUFFIXES as JSON_SUFFIXES
from extract.json_lines import JsonLines
from extract.parquet import ANEW
from extract.readers import PARQUET
from extract.scan import looking_into
from extract.sources.gcp_billing.helpers import account_of, month_of
from extract.sources.gcp_billing.settings import JSON_TYPES
from extract.unread import Unread, held_back
from extract.windows import PERIOD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from extract.files import Store, StoredFile
    from extract.readers import Reader

FOLDER = "invoice_month="
SUFFIXES = (".parquet", *JSON_SUFFIXES)
JSON = JsonLines(JSON_TYPES)
KEEP_ONE = "Keep one of them below sources.gcp_billing.export_url."


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one file holds of one month.

    Attributes:
        account: The billing account.
        period: The month, YYYY-MM.
        is_detailed: Whether the file is of the detailed export.
        first_export: When the first of its rows was exported, where that is known.
        last_export: When the last one was.
    """

    account: str
    period: str
    is_detailed: bool = False
    first_export: datetime | None = None
    last_export: datetime | None = None


@dataclass(kw_only=True)
class MonthFiles:
    """An invoice month, and the files that hold it.

    Attributes:
        account: The billing account.
        period: The month, YYYY-MM.
        folder: The folder that is this month's, '' where rows tell the month.
        parts: What each file holds of it.
        error: Why it cannot be loaded.
    """

    account: str
    period: str
    folder: str = ""
    parts: dict[StoredFile, Part] = field(default_factory=dict)
    error: str = ""

    @property
    def name(self) -> str:
        """Name of its unit."""
        return f"{self.account}/{self.period}"

    @property
    def files(self) -> list[StoredFile]:
        """The files."""
        return list(self.parts)

    @property
    def reader(self) -> Reader:
        """What reads the files' format."""
        return reader_of(self.files[0].key)

    def require_own(self, whole: Iterable[tuple[Any, ...]], uri: str) -> None:
        """Raise if rows are of another account or month than their folder says.

        Args:
            whole: Account and month of the rows, as `TOTALS_BY` begins.
            uri: The folder.
        """
        own = (self.account, self.period.replace("-", ""))
        others = {tuple(key[:2]) for key in whole} - {own}
        if others:
            account, month = min(others)
            raise ExtractError(
                f"{uri} has rows of billing account {account} and invoice month "
                f"{month}. Extract each invoice month of each account into a folder of "
                "its own, or the table's partitions into folders that name none."
            )


def reader_of(key: str) -> Reader:
    """Return what reads a file, by its name."""
    return PARQUET if key.endswith(".parquet") else JSON


@dataclass(kw_only=True)
class Layouts:
    """The months of a store, looked at anew at every call."""

    store: Store
    unread: dict[str, Unread] = field(default_factory=dict)
    _parts: dict[StoredFile, list[Part]] = field(default_factory=dict)

    def look(self) -> dict[str, MonthFiles]:
        """Return every month, by the name of its unit; note what cannot be read."""
        months: dict[str, MonthFiles] = {}
        self.unread = {}
        claimed: set[StoredFile] = set()
        for month in self._by_folder():
            months[month.name] = month
            claimed |= set(month.files)
        folders = {month.folder for month in months.values()}
        for file in self.store.list_everything():
            is_own = file.key.rpartition("/")[0] in folders
            if file in claimed or is_own or not _is_data(file.key):
                continue
            try:
                parts = self._ask(file)
            except ExtractError as error:
                self.unread[file.key] = Unread(key=file.key, error=str(error))
                continue
            for part in parts:
                month = MonthFiles(account=part.account, period=part.period)
                month = months.setdefault(month.name, month)
                if month.folder:
                    month.error = (
                        f"{self.store.uri(month.folder)} and {self.store.uri(file.key)}"
                        f" both hold it and would count it twice. {KEEP_ONE}"
                    )
                month.parts[file] = part
        for month in months.values():
            month.error = month.error or self._objection(month) or self._held(month)
        return months

    def _by_folder(self) -> Iterator[MonthFiles]:
        """Yield the months of folders <billing account>/invoice_month=YYYYMM."""
        for account in self.store.list_folders(""):
            for name in self.store.list_folders(account):
                digits = name.removeprefix(FOLDER).replace("-", "")
                period = f"{digits[:4]}-{digits[4:]}"
                if not (name.startswith(FOLDER) and PERIOD.fullmatch(period)):
                    continue
                folder = f"{account}/{name}"
                part = Part(account=account, period=period)
                files = [f for f in self.store.list_files(folder) if _is_data(f.key)]
                yield MonthFiles(
                    account=account,
                    period=period,
                    folder=folder,
                    parts=dict.fromkeys(files, part),
                )

    def _ask(self, file: StoredFile) -> list[Part]:
        """Return which months a file holds."""
        if file not in self._parts:
            self._parts[file] = _read_parts(self.store, file)
        return self._parts[file]

    def _objection(self, month: MonthFiles) -> str:
        """Return why a month would be counted twice, or ''."""
        files = month.files
        if len({reader_of(file.key) for file in files}) > 1:
            return (
                f"{self._shown(files)} are Parquet and JSON together; an extract has "
                f"one format. {KEEP_ONE}"
            )
        if len({part.is_detailed for part in month.parts.values()}) > 1:
            return (
                f"{self._shown(files)} are of the standard and of the detailed export, "
                f"which are the same spend twice. {KEEP_ONE}"
            )
        for one, other in combinations(files, 2):
            if one.size == other.size and self._mark(one) == self._mark(other):
                return (
                    f"{self._shown([one, other])} are the same file twice, as an "
                    "extract leaves behind that had more files before. Delete the "
                    "older one."
                )
        return self._overlap(month)

    def _held(self, month: MonthFiles) -> str:
        """Return why a month whose rows alone tell it is not known to be whole.

        The account in a file's path does not help: the table of a reseller has rows of
        his sub-accounts, each of which is a bill.
        """
        if month.folder or not self.unread:
            return ""
        return held_back(self.store.uri(min(self.unread)))

    def _overlap(self, month: MonthFiles) -> str:
        """Say that two folders hold rows that were exported at the same time.

        Extracts of single partitions touch at most at their ends; extracts of the whole
        table, one beside the other, hold the same rows.
        """
        spans: dict[str, tuple[datetime, datetime]] = {}
        for file, part in month.parts.items():
            folder = file.key.rpartition("/")[0]
            if part.first_export is None or part.last_export is None:
                continue
            first, last = spans.get(folder, (part.first_export, part.last_export))
            spans[folder] = (
                min(first, part.first_export),
                max(last, part.last_export),
            )
        for (one, (a, b)), (other, (c, d)) in combinations(sorted(spans.items()), 2):
            shorter = min(b - a, d - c)
            common = min(b, d) - max(a, c)
            if common * 2 > shorter or (not shorter and max(a, c) <= min(b, d)):
                return (
                    f"{self.store.uri(one)} and {self.store.uri(other)} both hold rows "
                    f"that were exported between {max(a, c)} and {min(b, d)}: extracts "
                    "that overlap count them twice. Extract single partitions, each "
                    "into a folder of its own, or keep one extract of the table."
                )
        return ""

    def _mark(self, file: StoredFile) -> str:
        if self.store.is_local:
            return hashlib.sha256(self.store.read(file.key)).hexdigest()
        return file.fingerprint

    def _shown(self, files: list[StoredFile]) -> str:
        shown = [self.store.uri(file.key) for file in files[:2]]
        more = f" and {len(files) - 2} more" if len(files) > len(shown) else ""
        return f"{' and '.join(shown)}{more}"


def _is_data(key: str) -> bool:
    name = key.rpartition("/")[2]
    return name.endswith(SUFFIXES) and not name.startswith((".", "_"))


ACCOUNT = re.compile(r"(?<![0-9A-F])([0-9A-F]{6})[-_]([0-9A-F]{6})[-_]([0-9A-F]{6})")


def _named_account(key: str) -> str:
    """Return the billing account that a path names, as the export's tables do."""
    match = ACCOUNT.search(key)
    return "-".join(match.groups()) if match else ""


def _read_parts(store: Store, file: StoredFile) -> list[Part]:
    uri, reader = store.uri(file.key), reader_of(file.key)
    with looking_into(store, file.key, reader) as (connection, relation, fields):
        if "cost" not in fields:
            raise ExtractError(
                f"{uri} has no column cost, so it is no extract of the billing export. "
                "Take it away, or set sources.gcp_billing.export_url to the folder of "
                "the extracts."
            )
        exported = canonical(fields.get("export_time"), "timestamp")
        rows = connection.execute(
            f"select {account_of(fields)}, {month_of(fields)}, "  # noqa: S608
            f"min({exported}), max({exported}) from {relation} group by all"
        ).fetchall()
    parts = []
    for account, digits, first, last in rows:
        owner = account or _named_account(file.key)
        period = f"{(digits or '')[:4]}-{(digits or '')[4:]}"
        if not owner or not PERIOD.fullmatch(period):
            raise ExtractError(
                f"{uri} has rows of billing account {owner!r} and invoice month "
                f"{digits!r}, which belong to no bill. {ANEW}"
            )
        parts.append(
            Part(
                account=owner,
                period=period,
                # In JSON a column that is null everywhere leaves no trace.
                is_detailed=reader is PARQUET and "resource" in fields,
                first_export=first,
                last_export=last,
            )
        )
    return parts
