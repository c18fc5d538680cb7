"""Manifests of CUR 2.0 exports, and the SQL that reads what they list."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extract.errors import ExtractError
from extract.fields import Field, canonical, text
from extract.scan import Question
from extract.sources.aws_cur.settings import (
    LINES,
    MAPS,
    PRODUCT_KEYS,
    READER_VERSION,
    REQUIRED,
    TOTALS_BY,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from extract.columns import Kind
    from extract.files import Store, StoredFile

URI_NAMES = ("s3Uri", "s3uri", "uri", "path", "key", "Key", "name")


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A delivery of one billing period."""

    key: str
    version: str
    files: Sequence[StoredFile]


def read_manifest(
    store: Store, folder: str, export_name: str, period: str, codes: Collection[str]
) -> Manifest:
    """Read a period's manifest and look at every file that it lists.

    The manifest is delivered last and lists exactly the files that count: listing the
    data folder instead would read versions that were replaced.

    Args:
        store: The bucket.
        folder: Key of the export's folder.
        export_name: Name of the export.
        period: Billing period.
        codes: Product codes to land; part of the version, because other codes need the
            files read anew.
    """
    key = f"{folder}/metadata/BILLING_PERIOD={period}/{export_name}-Manifest.json"
    found = store.find(key)
    if found is None:
        raise ExtractError(
            f"There is no manifest {store.uri(key)}. AWS delivers it after the data "
            "files; if it stays away, check sources.aws_cur.export_name."
        )
    raw = store.read(key)
    content = _parse(raw, store.uri(key))
    files = [
        _find_file(store, file_key, store.uri(key))
        for file_key in _file_keys(content, store, folder, period, store.uri(key))
    ]
    execution = str(content.get("executionId") or content.get("assemblyId") or "")
    marks = [READER_VERSION, *sorted(codes), key, hashlib.sha256(raw).hexdigest()]
    marks += [found.fingerprint, execution]
    marks += [f"{file.key} {file.size} {file.fingerprint}" for file in files]
    digest = hashlib.sha256("\n".join(marks).encode()).hexdigest()[:32]
    return Manifest(
        key=key,
        version=f"{execution}/{digest}" if execution else digest,
        files=files,
    )


def _parse(raw: bytes, uri: str) -> Mapping[str, Any]:
    try:
        content = json.loads(raw)
    except ValueError as error:
        raise ExtractError(
            f"The manifest {uri} is not JSON ({error}). Wait for the next delivery."
        ) from error
    if not isinstance(content, dict) or not isinstance(content.get("dataFiles"), list):
        raise ExtractError(
            f"The manifest {uri} has no list dataFiles. Only exports of CUR 2.0 "
            "(AWS Data Exports) are read; set sources.aws_cur.export_name to one."
        )
    return content


def _file_keys(
    content: Mapping[str, Any], store: Store, folder: str, period: str, uri: str
) -> list[str]:
    """Return the keys of the data files, each below the period's own folder."""
    inside = f"{folder}/data/BILLING_PERIOD={period}/"
    keys = []
    for entry in content["dataFiles"]:
        text_ = _uri(entry)
        bucket, _, key = text_.removeprefix("s3://").partition("/")
        if not text_.startswith("s3://"):
            key = text_.lstrip("/")
        elif not store.is_local and bucket != store.root.partition("/")[0]:
            key = ""
        if not key.startswith(inside) or ".." in key.split("/"):
            raise ExtractError(
                f"The manifest {uri} lists {text_!r}, which is not below "
                f"{store.uri(inside)}. The delivery belongs to another export; set "
                "sources.aws_cur.prefix and export_name to the one to load."
            )
        if not key.endswith(".parquet"):
            raise ExtractError(
                f"The manifest {uri} lists {text_!r}: only Parquet is read. Create the "
                "export with format and compression Parquet."
            )
        keys.append(key)
    return list(dict.fromkeys(keys))


def _uri(entry: object) -> str:
    if isinstance(entry, dict):
        entry = next((entry[name] for name in URI_NAMES if entry.get(name)), None)
    return entry if isinstance(entry, str) else repr(entry)


def _find_file(store: Store, key: str, manifest: str) -> StoredFile:
    found = store.find(key)
    if found is None:
        raise ExtractError(
            f"{store.uri(key)} is missing, but the manifest {manifest} lists it. Copy "
            "it there, or wait for the next delivery; the period keeps what was loaded "
            "before."
        )
    # An export that shrank leaves chunks of no lines, but never of no bytes.
    if not found.size:
        raise ExtractError(
            f"{store.uri(key)} has 0 bytes, but the manifest {manifest} lists it: it "
            "was cut off on its way. Copy it again, or wait for the next delivery; the "
            "period keeps what was loaded before."
        )
    return found


def question(
    fields: Mapping[str, Field],
    *,
    load_id: str,
    root: str,
    codes: Collection[str],
    currency: str,
) -> Question:
    """Return what to read of a period's files.

    Args:
        fields: The files' columns.
        load_id: Written on every line.
        root: Beginning of every path, left out of source_file.
        codes: Product codes to land.
        currency: Currency of an export that does not say.
    """
    if missing := [name for name in REQUIRED if name not in fields]:
        raise ExtractError(
            f"The export has no column {', '.join(missing)}. Add it to the export's "
            "query and let AWS deliver the period again."
        )
    columns = {name: _column(fields, name, kind) for name, kind in LINES.items()}
    columns["load_id"] = text(load_id)
    columns["source_file"] = f"replace(filename, {text(root)}, '')"
    code = columns["line_item_currency_code"]
    columns["line_item_currency_code"] = (
        f"coalesce(nullif({code}, ''), {text(currency)})"
    )
    return Question(
        columns=columns,
        keys={name: columns[name] for name in TOTALS_BY},
        costs=[_cost(fields, columns["line_item_unblended_cost"])],
        start=columns["line_item_usage_start_date"],
        predicate=predicate(columns, codes),
        required=REQUIRED,
    )


def _cost(fields: Mapping[str, Field], cost: str) -> str:
    """Return SQL of the billed cost, null only where the bill lacks it."""
    parent = "split_line_item_parent_resource_id"
    if parent not in fields:
        return cost
    # Lines of split cost allocation tell shares of a cost that is billed elsewhere.
    return f"coalesce({cost}, case when nullif({parent}, '') is not null then 0 end)"


def predicate(columns: Mapping[str, str], codes: Collection[str]) -> str:
    """Return SQL that is true for lines of AI services.

    Marketplace models come under an opaque product code per model; their name says
    Bedrock, and so does the resource, if the export has resources.
    """
    listed = ", ".join(text(code) for code in codes)
    return (
        f"({columns['line_item_product_code']} in ({listed})"
        f" or ({columns['bill_billing_entity']} = 'AWS Marketplace'"
        f" and {columns['product_product_name']} like '%Bedrock%')"
        f" or {columns['line_item_resource_id']} like 'arn:aws%:bedrock:%')"
    )


def _column(fields: Mapping[str, Field], name: str, kind: Kind) -> str:
    flat = canonical(fields.get(name), kind, "json" if name in MAPS else "plain")
    product = fields.get("product")
    if name not in PRODUCT_KEYS or product is None:
        return flat
    key = text(PRODUCT_KEYS[name])
    if product.kind == "map":
        value = f"{product.sql}[{key}]"
    else:
        # JSON text, or a struct, as some tools rewrite the map.
        value = f"json_extract_string(to_json({product.sql}), '$.' || {key})"
        if product.kind == "varchar":
            value = f"json_extract_string({product.sql}, '$.' || {key})"
    return f"coalesce(nullif({flat}, ''), {value})" if name in fields else value
