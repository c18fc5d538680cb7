"""Which bills FOCUS files hold, as their rows say, and what keeps one from being read.

A file may hold several providers, accounts and months, and a bill may lie in several
files, so each file is asked once, by its few short columns, and remembered until it
changes. A bill is refused rather than loaded in part or twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extract import parquet
from extract.errors import ExtractError
from extract.fields import text
from extract.readers import reader_of
from extract.scan import looking_into
from extract.sources.focus_costs.helpers import Columns, bill_keys, focus_version
from extract.sources.focus_costs.layouts import Export, find_exports
from extract.sources.focus_costs.settings import PROVIDERS
from extract.unread import held_back

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from extract.files import Store, StoredFile
    from extract.readers import Reader


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one file holds of one bill."""

    provider: str
    account: str
    period: str
    sub_accounts: frozenset[str]
    version: str


@dataclass(kw_only=True)
class BillFiles:
    """A bill, and the files that hold it.

    Attributes:
        cloud_provider: AWS, Azure or GCP; the file's own word for any other.
        account: Billing account.
        period: Month.
        providers: How the provider is spelled.
        files: The files.
        sub_accounts: Accounts, subscriptions or projects in it.
        folders: Where the files are.
        layouts: How they are laid out.
        versions: Versions of FOCUS that they are written in.
        marks: What changes with manifests.
        error: Why it cannot be loaded.
    """

    cloud_provider: str
    account: str
    period: str
    providers: set[str] = field(default_factory=set)
    files: list[StoredFile] = field(default_factory=list)
    sub_accounts: dict[str, str] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    layouts: set[str] = field(default_factory=set)
    versions: set[str] = field(default_factory=set)
    marks: set[str] = field(default_factory=set)
    error: str = ""

    @property
    def name(self) -> str:
        """Name of its unit."""
        return f"{self.cloud_provider}/{self.account.lstrip('/')}/{self.period}"

    @property
    def reader(self) -> Reader:
        """What reads the files' format."""
        return reader_of(self.files[0].key)


@dataclass(kw_only=True)
class Contents:
    """The bills of a store, looked at anew at every call."""

    store: Store
    ignored: Collection[str] = ()
    _parts: dict[StoredFile, list[Part]] = field(default_factory=dict)

    def look(self) -> tuple[dict[str, BillFiles], list[Export]]:
        """Return the bills by name, and the exports that cannot be read."""
        bills: dict[str, BillFiles] = {}
        broken = []
        for export in find_exports(self.store):
            try:
                parts = self._ask_all(export)
            except ExtractError as error:
                broken.append(
                    Export(
                        layout=export.layout,
                        folder=export.folder,
                        period=export.period,
                        error=str(error),
                    )
                )
                continue
            for file, part in parts:
                if part.provider.lower() not in self.ignored:
                    self._add(bills, export, file, part)
        for bill in bills.values():
            bill.error = bill.error or self._objection(bill, broken)
        return bills, broken

    def _ask_all(self, export: Export) -> list[tuple[StoredFile, Part]]:
        if export.error:
            raise ExtractError(export.error)
        return [(f, p) for f in export.files for p in self._ask(f, export)]

    def _add(
        self, bills: dict[str, BillFiles], export: Export, file: StoredFile, part: Part
    ) -> None:
        cloud = PROVIDERS.get(part.provider.lower(), part.provider)
        bill = BillFiles(cloud_provider=cloud, account=part.account, period=part.period)
        bill = bills.setdefault(bill.name, bill)
        for account in part.sub_accounts:
            other = bill.sub_accounts.setdefault(account, export.folder)
            if other != export.folder:
                bill.error = (
                    f"{self.store.uri(other)} and {self.store.uri(export.folder)} both "
                    f"hold {part.provider} account {account or part.account} in "
                    f"{part.period}; together they would count it twice. Keep one of "
                    "them below sources.focus_costs.export_url."
                )
        if file not in bill.files:
            bill.files.append(file)
        bill.providers.add(part.provider)
        bill.folders.add(export.folder)
        bill.layouts.add(export.layout)
        bill.versions.add(part.version)
        bill.marks.add(export.mark)

    def _objection(self, bill: BillFiles, broken: Sequence[Export]) -> str:
        """Return why a bill cannot be loaded, or ''."""
        if bill.cloud_provider not in PROVIDERS.values():
            return (
                f"{self.store.uri(bill.files[0].key)} has ProviderName "
                f"{bill.cloud_provider!r}; known are AWS, Microsoft and Google Cloud. "
                "Its bill is not loaded; the other providers' bills are. Take it out "
                "of the export, or name it in sources.focus_costs.ignored_providers."
            )
        kinds = {reader_of(file.key) for file in bill.files}
        if len(kinds) > 1 or len(bill.versions) > 1:
            forms = (
                sorted(bill.versions) if len(bill.versions) > 1 else ["CSV, Parquet"]
            )
            return (
                f"{self._where(bill)} holds the same bill as {' and '.join(forms)} "
                "files, which would count it twice. Keep the files of one export."
            )
        if len(bill.layouts) > 1:
            # Else one part of it would be loaded while the other cannot be read.
            return (
                f"{self._where(bill)} hold parts of one bill, some with a manifest and "
                "some without; which files count, nobody says. Keep one of both below "
                "sources.focus_costs.export_url."
            )
        for export in broken:
            if export.layout in bill.layouts and export.period in {"", bill.period}:
                return held_back(self.store.uri(export.folder))
        return ""

    def _where(self, bill: BillFiles) -> str:
        return ", ".join(self.store.uri(folder) for folder in sorted(bill.folders))

    def _ask(self, file: StoredFile, export: Export) -> list[Part]:
        """Return what a file holds; raise if it is none that can be loaded."""
        if file not in self._parts:
            self._parts[file] = _read_parts(self.store, file)
        for part in self._parts[file]:
            if export.period and part.period != export.period:
                raise ExtractError(
                    f"{self.store.uri(file.key)} has charges of {part.period}, but its "
                    f"folder is that of {export.period}. Put it into the folder of its "
                    "own month; nothing of this folder was loaded."
                )
        return self._parts[file]


def _read_parts(store: Store, file: StoredFile) -> list[Part]:
    uri, reader = store.uri(file.key), reader_of(file.key)
    if not file.size:
        raise ExtractError(
            f"{uri} has no bytes: it was cut off on its way. {parquet.ANEW}"
        )
    with looking_into(store, file.key, reader) as (connection, relation, fields):
        columns = Columns(fields)
        columns.require(uri)
        keys = bill_keys(columns)
        nulls = ", ".join(f"count_if({sql} is null)" for sql in keys.values())
        currency = columns.canonical("billing_currency")
        rows = connection.execute(
            f"select {', '.join(keys.values())}, {nulls}, "  # noqa: S608
            f"count_if({currency} is null), "
            f"list(distinct coalesce({columns.canonical('sub_account_id')}, '')) "
            f"from {relation} group by {', '.join(keys.values())}"
        ).fetchall()
    version = focus_version(columns)
    parts = []
    for provider, account, period, *counts, sub_accounts in rows:
        names = ("ProviderName", "BillingAccountId", "BillingPeriodStart")
        for name, count in zip((*names, "BillingCurrency"), counts, strict=True):
            if count:
                raise ExtractError(
                    f"{name} is null in {count:,} lines of {uri}, which could "
                    f"belong to any bill. {parquet.ANEW}"
                )
        # Lines of no account, such as taxes, tell nothing where there are others.
        accounts = frozenset(sub_accounts) - {""} or frozenset({""})
        parts.append(
            Part(
                provider=provider,
                account=account,
                period=period,
                sub_accounts=accounts,
                version=version,
            )
        )
    return parts


def scope_of(bill: BillFiles, keys: dict[str, str]) -> str:
    """Return SQL that is true for the lines of a bill.

    Args:
        bill: The bill.
        keys: SQL of provider, account and period, see bill_keys.
    """
    providers = ", ".join(text(name) for name in sorted(bill.providers))
    return (
        f"{keys['provider']} in ({providers}) "
        f"and {keys['account']} = {text(bill.account)} "
        f"and {keys['period']} = {text(bill.period)}"
    )
