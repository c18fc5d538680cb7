"""Manifests: which files a delivery of a billing period consists of.

AWS writes the manifest last, and it lists exactly the files that count; listing the
data folder instead would read versions that were replaced. AWS publishes no schema of
the newer kind, so it is read liberally.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extract.errors import ExtractError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extract.files import Store, StoredFile
    from extract.sources.aws_cur.layouts import Layout

logger = logging.getLogger(__name__)

LIST_NAMES = ("dataFiles", "reportKeys", "data_files", "files")
URI_NAMES = ("s3Uri", "s3uri", "uri", "path", "key", "Key", "name")
SIZE_NAMES = ("size", "Size", "sizeInBytes")
SUFFIXES = (".parquet", ".csv", ".csv.gz", ".csv.zip", ".zip")
KEPT = "the period keeps what was loaded before."
# At the end of a version whose files may still be those of an unfinished delivery.
UNSETTLED = "?"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A period's manifest, without a look at the files.

    Attributes:
        key: Its key.
        mark: Differs whenever the manifest differs.
        content: What it says.
        modified: When it was written.
    """

    key: str
    mark: str
    content: Mapping[str, Any]
    modified: float


@dataclass(frozen=True, kw_only=True)
class Files:
    """The files of a delivery.

    Attributes:
        files: Those that hold lines.
        version: Differs whenever manifest or files differ.
    """

    files: Sequence[StoredFile]
    version: str


def read_manifest(
    store: Store, layout: Layout, period: str, marks: Sequence[str]
) -> Manifest:
    """Read a period's manifest.

    Args:
        store: The bucket.
        layout: The export.
        period: The period.
        marks: What else makes it another version, such as the way files are read.
    """
    key = layout.manifest(period)
    found = store.find(key)
    if found is None:
        raise ExtractError(
            f"There is no manifest {store.uri(key)}. AWS delivers it after the data "
            "files; if it stays away, check sources.aws_cur.export_name."
        )
    raw = store.read(key)
    try:
        content = json.loads(raw)
    except ValueError as error:
        raise ExtractError(
            f"The manifest {store.uri(key)} is not JSON ({error}). Wait for the next "
            "delivery."
        ) from error
    if not isinstance(content, dict):
        raise ExtractError(
            f"The manifest {store.uri(key)} is not a JSON object. Wait for the next "
            "delivery."
        )
    _refuse_focus(content, store.uri(key))
    execution = str(content.get("executionId") or content.get("assemblyId") or "")
    # A delivery may repeat a manifest word by word; then only its time tells.
    stamp = "" if store.is_local else f"{found.modified}"
    digest = _digest([*marks, key, found.fingerprint, stamp, raw.decode()])
    return Manifest(
        key=key,
        mark=f"{execution}/{digest}" if execution else digest,
        content=content,
        modified=found.modified,
    )


def find_files(store: Store, layout: Layout, period: str, manifest: Manifest) -> Files:
    """Look at every file that a manifest lists."""
    uri = store.uri(manifest.key)
    files = [
        _find(store, key, size, uri)
        for key, size in _listed(store, layout, period, manifest)
    ]
    marks = [f"{file.key} {file.size} {file.fingerprint}" for file in files]
    version = f"{manifest.mark}/{_digest(marks)}"
    # While AWS overwrites, new files lie under the old manifest for some minutes.
    if not store.is_local and any(f.modified > manifest.modified for f in files):
        version += UNSETTLED
    return Files(files=[file for file in files if file.size], version=version)


def is_known(manifest: Manifest, version: str) -> bool:
    """Whether a version is of this manifest, and its files cannot have changed since.

    Args:
        manifest: The manifest.
        version: What the ledger has.
    """
    return version.startswith(f"{manifest.mark}/") and not version.endswith(UNSETTLED)


def _digest(marks: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:24]


def _refuse_focus(content: Mapping[str, Any], uri: str) -> None:
    columns = content.get("columns")
    names = [
        str(column.get("name") if isinstance(column, dict) else column).lower()
        for column in (columns if isinstance(columns, list) else [])
    ]
    if "billedcost" in names:
        raise ExtractError(focus_message(f"The manifest {uri}"))


def focus_message(what: str) -> str:
    """Return what to do about an export that is a FOCUS table.

    Args:
        what: What showed it.
    """
    return (
        f"{what} is of a FOCUS export, which the source focus_costs loads: add focus "
        "to LLM_COSTS_CLOUDS (in place of aws, if this is the only export) and set "
        "sources.focus_costs.export_url to its folder; or set "
        "sources.aws_cur.export_name to an export of CUR 2.0 or a legacy report."
    )


def _listed(
    store: Store, layout: Layout, period: str, manifest: Manifest
) -> list[tuple[str, int | None]]:
    """Return key and size, where it is given, of each listed file once."""
    uri = store.uri(manifest.key)
    entries = next(
        (
            manifest.content[name]
            for name in LIST_NAMES
            if isinstance(manifest.content.get(name), list)
        ),
        None,
    )
    if entries is None:
        return _in_folder(store, layout, period, uri)
    found: dict[str, int | None] = {}
    for entry in entries:
        text = _uri(entry)
        key = _key(store, text)
        insides = layout.insides(period)
        if not key.startswith(insides) or ".." in key.split("/"):
            raise ExtractError(
                f"The manifest {uri} lists {text!r}, which is not below "
                f"{' or '.join(store.uri(inside) for inside in insides[:2])}. The "
                "delivery belongs to another export; set sources.aws_cur.prefix and "
                "export_name to the one to load."
            )
        if not key.endswith(SUFFIXES):
            raise ExtractError(
                f"The manifest {uri} lists {text!r}: only Parquet and CSV (plain, "
                "gzip or zip) are read. Create the export in one of these formats."
            )
        found[key] = _size(entry)
    return list(found.items())


def _in_folder(
    store: Store, layout: Layout, period: str, uri: str
) -> list[tuple[str, int | None]]:
    """Return the files of the period's folder, if it can hold one delivery only."""
    (inside, *_) = layout.insides(period)
    folder = inside.rstrip("/")
    files = [f for f in store.list_files(folder) if f.key.endswith(SUFFIXES)]
    if layout.kind != "data export" or not files or store.list_folders(folder):
        raise ExtractError(
            f"The manifest {uri} has no list of files ({', '.join(LIST_NAMES[:2])}), "
            "so nobody can tell which files count. Wait for the next delivery."
        )
    logger.warning(
        "The manifest %s has no list of files; all %d files in %s are read.",
        uri,
        len(files),
        store.uri(folder),
    )
    return [(file.key, None) for file in files]


def _key(store: Store, text: str) -> str:
    if not text.startswith("s3://"):
        return text.lstrip("/")
    bucket, _, key = text.removeprefix("s3://").partition("/")
    # A folder is a copy of some bucket, whatever its name.
    root, _, below = store.root.partition("/")
    if store.is_local:
        return key
    return key.removeprefix(f"{below}/" if below else "") if bucket == root else ""


def _uri(entry: object) -> str:
    if isinstance(entry, dict):
        entry = next((entry[name] for name in URI_NAMES if entry.get(name)), None)
    return entry if isinstance(entry, str) else repr(entry)


def _size(entry: object) -> int | None:
    if not isinstance(entry, dict):
        return None
    sizes = [entry[name] for name in SIZE_NAMES if isinstance(entry.get(name), int)]
    return sizes[0] if sizes else None


def _find(store: Store, key: str, size: int | None, manifest: str) -> StoredFile:
    found = store.find(key)
    if found is None:
        raise ExtractError(
            f"{store.uri(key)} is missing, but the manifest {manifest} lists it. Copy "
            f"it there, or wait for the next delivery; {KEPT}"
        )
    # An export that shrank has its surplus chunks emptied. A bucket holds objects as a
    # whole or not at all; on a disk a file of no bytes is a copy that was cut off.
    if (not found.size and store.is_local) or (size or found.size) != found.size:
        told = f" of {size:,}" if size else ""
        raise ExtractError(
            f"{store.uri(key)} has {found.size:,} bytes{told}, but the manifest "
            f"{manifest} lists it: it was cut off on its way. Copy it again, or wait "
            f"for the next delivery; {KEPT}"
        )
    return found
