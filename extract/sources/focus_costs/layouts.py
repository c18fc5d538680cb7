"""Where FOCUS files lie: AWS's and Azure's export layouts, and plain folders.

The store is listed once. An export that has a manifest is what its newest manifest
lists, whatever else lies beside it; any other folder is all data files directly in it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from extract.errors import ExtractError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extract.files import Store, StoredFile

Layout = Literal["aws", "azure", "plain"]

SUFFIXES = (".parquet", ".csv", ".csv.gz")
AWS_MANIFEST = re.compile(
    r"(?P<folder>(?:.*/)?)metadata/BILLING_PERIOD=(?P<period>\d{4}-\d{2})/"
    r"[^/]+-Manifest\.json"
)
AZURE_MANIFEST = re.compile(r"(?P<folder>(?:.*/)?)manifest\.json")
AZURE_RANGE = re.compile(r"(?P<export>.*?)(?P<year>\d{4})(?P<month>\d{2})\d{2}-\d{8}/")
NAMED_MONTH = re.compile(
    r"(?:billing_period|invoice_month)=(\d{4})-?(\d{2})(?:/|$)", re.IGNORECASE
)
ANEW = "Copy it again, or wait for the next delivery; what was loaded before stays."


@dataclass(frozen=True, kw_only=True)
class Export:
    """The files that one export delivered, of one month where its folder says so.

    Attributes:
        layout: How it is laid out.
        folder: Where it is, to show to a person and to tell exports apart.
        period: The month that the folder says; '' for none.
        files: The files that count.
        mark: Changes with the manifest.
        error: Why it cannot be read.
    """

    layout: Layout
    folder: str
    period: str = ""
    files: Sequence[StoredFile] = ()
    mark: str = ""
    error: str = ""


@dataclass(kw_only=True)
class _Listing:
    store: Store
    files: dict[str, StoredFile]
    claimed: set[str] = field(default_factory=set)

    def claim(self, folder: str) -> None:
        """Leave everything below a folder to the export that it belongs to."""
        self.claimed |= {key for key in self.files if key.startswith(folder)}


def find_exports(store: Store) -> list[Export]:
    """Return the exports of a store, in the order of their folders."""
    listing = _Listing(
        store=store, files={file.key: file for file in store.list_everything()}
    )
    exports = [*_aws(listing), *_azure(listing), *_plain(listing)]
    return sorted(exports, key=lambda export: (export.folder, export.period))


def _aws(listing: _Listing) -> Iterable[Export]:
    """Find exports of AWS Data Exports, which have a manifest for every month."""
    for key in list(listing.files):
        if not (match := AWS_MANIFEST.fullmatch(key)):
            continue
        folder, period = match["folder"], match["period"]
        listing.claim(f"{folder}data/")
        listing.claim(f"{folder}metadata/")
        inside = f"data/BILLING_PERIOD={period}/"

        def place(name: str, inside: str = inside, folder: str = folder) -> str:
            before, found, rest = name.partition(inside)
            is_own = _last(before) == _last(folder) or not folder
            return f"{folder}{found}{rest}" if found and is_own else ""

        yield _listed(listing, "aws", folder, period, key, place)


def _last(folder: str) -> str:
    return folder.rstrip("/").rpartition("/")[2]


def _azure(listing: _Listing) -> Iterable[Export]:
    """Find exports of Cost Management: the newest run of every range of days."""
    newest: dict[tuple[str, str], tuple[str, str]] = {}
    for key in list(listing.files):
        if key in listing.claimed or not (match := AZURE_MANIFEST.fullmatch(key)):
            continue
        folder = match["folder"]
        listing.claim(folder)
        days = AZURE_RANGE.match(folder)
        export = days["export"] if days else folder
        period = f"{days['year']}-{days['month']}" if days else ""
        run = (_submitted(listing, key), key)
        newest[export, period] = max(run, newest.get((export, period), ("", "")))
    for (export, period), (_, key) in newest.items():
        folder = key.removesuffix("manifest.json")

        def place(name: str, folder: str = folder) -> str:
            return f"{folder}{name.rpartition('/')[2]}"

        yield _listed(listing, "azure", export, period, key, place)


def _submitted(listing: _Listing, key: str) -> str:
    try:
        run = json.loads(listing.store.read(key)).get("runInfo") or {}
        return str(run.get("submittedTime") or "")
    except (ValueError, AttributeError):
        # It is told of when it turns out to be the newest one.
        return ""


def _plain(listing: _Listing) -> Iterable[Export]:
    """Find folders of data files that no manifest lists."""
    folders: dict[str, list[StoredFile]] = {}
    for key, file in listing.files.items():
        folder, _, name = key.rpartition("/")
        hidden = name.startswith((".", "_"))
        if key not in listing.claimed and key.endswith(SUFFIXES) and not hidden:
            folders.setdefault(folder, []).append(file)
    for folder, files in folders.items():
        month = NAMED_MONTH.search(folder)
        yield Export(
            layout="plain",
            folder=folder,
            period=f"{month[1]}-{month[2]}" if month else "",
            files=files,
        )


def _listed(  # noqa: PLR0913, PLR0917 - what tells one export from another
    listing: _Listing, layout: Layout, folder: str, period: str, key: str, place: Any
) -> Export:
    """Return the export whose manifest is given, its files checked."""
    store = listing.store
    folder = folder.rstrip("/")
    try:
        raw = store.read(key)
        files = [
            _check(store, listing.files.get(place(name)), name, size, store.uri(key))
            for name, size in _entries(raw, store.uri(key))
        ]
    except ExtractError as error:
        return Export(layout=layout, folder=folder, period=period, error=str(error))
    return Export(
        layout=layout,
        folder=folder,
        period=period,
        files=list(dict.fromkeys(files)),
        mark=hashlib.sha256(raw).hexdigest(),
    )


def _entries(raw: bytes, uri: str) -> list[tuple[str, int | None]]:
    """Return name and size, where it is given, of every file of a manifest."""
    try:
        content = json.loads(raw)
    except ValueError as error:
        raise ExtractError(
            f"The manifest {uri} is not JSON ({error}). {ANEW}"
        ) from error
    files: Any = None
    if isinstance(content, dict):
        files = content.get("dataFiles", content.get("blobs"))
    if not isinstance(files, list):
        raise ExtractError(
            f"The manifest {uri} has neither a list dataFiles (AWS) nor blobs (Azure). "
            "Set sources.focus_costs.export_url to a folder of FOCUS exports."
        )
    return [_entry(file) for file in files]


def _entry(file: Mapping[str, Any] | str) -> tuple[str, int | None]:
    if isinstance(file, str):
        return file, None
    names = ("s3Uri", "s3uri", "uri", "path", "key", "blobName", "name")
    name = next((str(file[name]) for name in names if file.get(name)), repr(file))
    size = file.get("size", file.get("byteCount"))
    return name, int(size) if size is not None else None


def _check(
    store: Store, found: StoredFile | None, name: str, size: int | None, manifest: str
) -> StoredFile:
    if found is None:
        raise ExtractError(
            f"{name} is missing below {store.uri()}, but the manifest {manifest} lists "
            f"it. {ANEW}"
        )
    if not found.key.endswith(SUFFIXES):
        raise ExtractError(
            f"The manifest {manifest} lists {name}: only Parquet, CSV and gzipped CSV "
            "are read. Create the export in one of these formats."
        )
    if not found.size or (size is not None and found.size != size):
        raise ExtractError(
            f"{store.uri(found.key)} has {found.size:,} bytes"
            + (f" of the {size:,}" if size else "")
            + f" that the manifest {manifest} says: it was cut off on its way. {ANEW}"
        )
    return found
