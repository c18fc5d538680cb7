"""Manifests of exports: which files a run consists of, and what it holds."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from extract.errors import ExtractError
from extract.sources.azure_costs.settings import ACTUAL, AMORTIZED, FOCUS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extract.files import Store, StoredFile
    from extract.sources.azure_costs.runs import Run

ANEW = "Copy it again, or wait for the next run; what was loaded before stays."
# Usage leaves purchases out; it is all that pay-as-you-go subscriptions can export.
COST_TYPES = {
    "actualcost": ACTUAL,
    "usage": ACTUAL,
    "amortizedcost": AMORTIZED,
    "focuscost": FOCUS,
}
PROVIDER = "/providers/microsoft.costmanagement/exports/"


def read_manifest(
    store: Store,
    run: Run,
    manifests: Sequence[StoredFile],
    files: Mapping[str, StoredFile],
) -> Run | None:
    """Return a run with what its newest manifest says; None if it holds no costs.

    Args:
        store: Where they are.
        run: The run, with its range.
        manifests: The manifests of the range, one a run.
        files: Every file of the range.
    """
    try:
        newest = _newest(store, manifests)
        raw = store.read(newest.key)
        content = _decoded(raw, store.uri(newest.key))
        config = _part(content, "exportConfig")
        cost_type = COST_TYPES.get(str(config.get("type") or ACTUAL).lower())
        if cost_type is None:
            # Price sheets and reservations may lie beside the costs.
            return None
        run = replace(
            run,
            scope=_scope(str(config.get("resourceId") or "")),
            cost_type=cost_type,
            age=_age(content, newest),
            mark=hashlib.sha256(raw).hexdigest(),
        )
        return replace(run, files=_listed(store, newest, content, files))
    except ExtractError as error:
        return replace(run, error=str(error))


def _newest(store: Store, manifests: Sequence[StoredFile]) -> StoredFile:
    """Return the newest manifest.

    An account tells when each was written; on a disk that is the time of its copy, and
    only the manifests themselves know.
    """
    if len(manifests) == 1:
        return manifests[0]
    if not store.is_local:
        return max(manifests, key=lambda file: (file.modified, file.key))
    ages = {
        file: _age(_decoded(store.read(file.key), store.uri(file.key)), file)
        for file in manifests
    }
    return max(manifests, key=lambda file: ages[file])


def _age(content: Mapping[str, Any], file: StoredFile) -> tuple[str, float, str]:
    submitted = _part(content, "runInfo").get("submittedTime")
    return (str(submitted or ""), file.modified, file.key)


def _decoded(raw: bytes, uri: str) -> Mapping[str, Any]:
    try:
        content = json.loads(raw.decode("utf-8-sig"))
    except ValueError as error:
        raise ExtractError(
            f"The manifest {uri} is not JSON ({error}). {ANEW}"
        ) from error
    if not isinstance(content, dict) or not isinstance(content.get("blobs"), list):
        raise ExtractError(f"The manifest {uri} has no list of blobs. {ANEW}")
    return content


def _part(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = content.get(name)
    return part if isinstance(part, dict) else {}


def _scope(resource_id: str) -> str:
    """Return the scope of an export by its own id."""
    place = resource_id.lower().find(PROVIDER)
    return resource_id[:place].strip("/") if place >= 0 else ""


def _listed(
    store: Store,
    manifest: StoredFile,
    content: Mapping[str, Any],
    files: Mapping[str, StoredFile],
) -> list[StoredFile]:
    """Return the files that a manifest lists, each looked at."""
    uri, folder = store.uri(manifest.key), manifest.key.rpartition("/")[0]
    found: dict[str, StoredFile] = {}
    for blob in content["blobs"]:
        part = blob if isinstance(blob, dict) else {"blobName": blob}
        name = str(part.get("blobName") or part.get("name") or "")
        # The name begins with the container's root, wherever the files lie now; what it
        # lists lies beside it.
        key = f"{folder}/{name.rpartition('/')[2]}"
        size = part.get("byteCount")
        file = files.get(key)
        if file is None:
            raise ExtractError(
                f"{store.uri(key)} is missing, but the manifest {uri} lists it. {ANEW}"
            )
        if isinstance(size, int) and size != file.size:
            raise ExtractError(
                f"{store.uri(key)} has {file.size:,} bytes of {size:,} that the "
                f"manifest {uri} says: it was cut off on its way. {ANEW}"
            )
        if file.size:
            found[key] = file
    return list(found.values())
