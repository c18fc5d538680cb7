"""One bill in every form that AWS delivers.

``write_form(bucket, target, form)`` reads the export ``exports/llm-costs``, CUR 2.0 as
Parquet, below one folder and writes the same lines below another, with what AWS puts
beside them.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

NAME = "llm-costs"
EXPORT = f"exports/{NAME}"
CHUNKS = 2
# Columns of CUR 2.0 that a legacy report has not.
NEW_IN_2 = (
    "line_item_iam_principal",
    "line_item_usage_account_name",
    "bill_payer_account_name",
    "tags",
    "discount",
)
MAPS = {"product": "product/", "resource_tags": "resourceTags/", "cost_category": ""}
# In legacy CSV these begin with a small letter.
SMALL = ("product", "pricing")
CATEGORIES = {
    "savings_plan": "savingsPlan",
    "split_line_item": "splitLineItem",
    "line_item": "lineItem",
    "identity": "identity",
    "reservation": "reservation",
    "discount": "discount",
    "product": "product",
    "pricing": "pricing",
    "bill": "bill",
}


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form of delivery."""

    is_legacy: bool
    suffix: str
    is_create_new: bool


FORMS = {
    f"{kind} {suffix} {way}": Form(
        is_legacy=kind == "legacy",
        suffix=suffix,
        is_create_new=way == "create-new",
    )
    for kind, suffix, way in (
        ("cur2", "snappy.parquet", "overwrite"),
        ("cur2", "snappy.parquet", "create-new"),
        ("cur2", "csv.gz", "overwrite"),
        ("cur2", "csv.gz", "create-new"),
        ("legacy", "snappy.parquet", "overwrite"),
        ("legacy", "csv.gz", "overwrite"),
        ("legacy", "csv.gz", "create-new"),
        ("legacy", "csv.zip", "overwrite"),
        ("legacy", "csv.zip", "create-new"),
    )
}


def write_form(
    bucket: Path, target: Path, name: str, *, delivery: int = 1, payer: str = ""
) -> None:
    """Write a bill in another form.

    Args:
        bucket: Where it is as CUR 2.0, Parquet, overwrite.
        target: Where to write it.
        name: One of FORMS.
        delivery: Which delivery it is; create-new keeps the files of earlier ones.
        payer: Another payer than the bill has, so that it is another bill.
    """
    form = FORMS[name]
    for folder in sorted((bucket / EXPORT / "data").glob("BILLING_PERIOD=*")):
        period = folder.name.removeprefix("BILLING_PERIOD=")
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            connection.execute("set threads = 1")
            source = (
                f"read_parquet('{folder}/**/*.parquet', union_by_name = true, "
                "hive_partitioning = false)"
            )
            if payer:
                source = (
                    f"(select * replace ('{payer}' as bill_payer_account_id) "
                    f"from {source})"
                )
            _write_period(connection, source, period, form, target, delivery)


def _write_period(  # noqa: PLR0913, PLR0917
    connection: duckdb.DuckDBPyConnection,
    source: str,
    period: str,
    form: Form,
    target: Path,
    delivery: int,
) -> None:
    run = f"2026{delivery:02d}05T130900.126Z-0664:ded9" if form.is_create_new else ""
    data = _data_folder(form, period, run)
    (target / data).mkdir(parents=True, exist_ok=True)
    columns = ", ".join(_columns(connection, source, form))
    keys = []
    for number in range(CHUNKS):
        key = f"{data}/{NAME}-{number + 1:05d}.{form.suffix}"
        query = (
            f"select {columns} from (select *, row_number() over () as n "
            f"from {source}) where n % {CHUNKS} = {number}"
        )
        _write_file(connection, query, target / key)
        keys.append(key)
    metadata = f"{EXPORT}/metadata/BILLING_PERIOD={period}"
    if form.is_legacy:
        metadata = f"{EXPORT}/{_range(period)}"
    content = _manifest(form, period, keys, delivery)
    for place in dict.fromkeys((f"{metadata}/{run}".rstrip("/"), metadata)):
        (target / place).mkdir(parents=True, exist_ok=True)
        path = target / place / f"{NAME}-Manifest.json"
        path.write_text(json.dumps(content), encoding="utf-8")
    if form.is_legacy:
        (target / metadata / f"{NAME}-RedshiftCommands.sql").write_text("-- artefact")
        (target / EXPORT / NAME / "cost_and_usage_data_status").mkdir(
            parents=True, exist_ok=True
        )
        (target / EXPORT / NAME / f"{NAME}-create-table.sql").write_text("-- artefact")


def _data_folder(form: Form, period: str, run: str) -> str:
    if not form.is_legacy:
        return f"{EXPORT}/data/BILLING_PERIOD={period}/{run}".rstrip("/")
    if form.suffix.endswith("parquet"):
        year, month = period.split("-")
        return f"{EXPORT}/{NAME}/year={year}/month={int(month)}"
    return f"{EXPORT}/{_range(period)}/{run}".rstrip("/")


def _range(period: str) -> str:
    first = date.fromisoformat(f"{period}-01")
    return f"{first:%Y%m%d}-{(first + timedelta(days=31)).replace(day=1):%Y%m%d}"


def _manifest(
    form: Form, period: str, keys: list[str], delivery: int
) -> dict[str, object]:
    if not form.is_legacy:
        return {
            "exportName": NAME,
            "executionId": f"execution-{delivery}",
            "dataFiles": [f"s3://real-bucket/{key}" for key in keys],
        }
    return {
        "assemblyId": f"2026{delivery:02d}05T130900Z",
        "account": "111111111111",
        "charset": "UTF-8",
        "compression": {"z": "ZIP", "c": "GZIP"}.get(form.suffix[-2:-1], "Parquet"),
        "contentType": "text/csv",
        "reportName": NAME,
        "billingPeriod": {"start": f"{period.replace('-', '')}01T000000.000Z"},
        "bucket": "real-bucket",
        "reportKeys": keys,
        "additionalArtifactKeys": [],
    }


def _columns(
    connection: duckdb.DuckDBPyConnection, source: str, form: Form
) -> list[str]:
    is_csv = "csv" in form.suffix
    found = connection.sql(f"from {source} limit 0")
    columns = []
    for name, kind in zip(found.columns, found.types, strict=True):
        if form.is_legacy and name in NEW_IN_2:
            continue
        if form.is_legacy and name in MAPS:
            columns += _flattened(connection, source, name, is_csv=is_csv)
            continue
        sql = f'"{name}"'
        if is_csv and kind.id == "map":
            sql = f"to_json({sql})"
        elif is_csv and kind.id.startswith("timestamp"):
            sql = f"strftime({sql}, '%Y-%m-%dT%H:%M:%SZ')"
        header = legacy_header(name) if form.is_legacy and is_csv else name
        columns.append(f'{sql} as "{header}"')
    return columns


def _flattened(
    connection: duckdb.DuckDBPyConnection, source: str, name: str, *, is_csv: bool
) -> list[str]:
    keys = connection.sql(
        f"select distinct unnest(map_keys({name})) as k from {source} order by k"
    ).fetchall()
    columns = []
    for (key,) in keys:
        header = f"{name}_{key}"
        if is_csv and name == "product":
            header = (
                "product/ProductName" if key == "product_name" else f"product/{key}"
            )
        elif is_csv:
            owner, _, rest = key.partition("_")
            header = f"{MAPS[name] or 'costCategory/'}{owner}:{rest}"
        columns.append(f"coalesce({name}['{key}'], '') as \"{header}\"")
    return columns


def rename_export(bucket: Path, name: str) -> None:
    """Give an export another name, so that it can lie beside one of the usual name."""
    root = bucket / EXPORT
    for path in sorted(root.rglob("*"), reverse=True):
        if NAME in path.name:
            path.rename(path.with_name(path.name.replace(NAME, name)))
    for path in root.rglob(f"{name}-Manifest.json"):
        path.write_text(path.read_text().replace(NAME, name))
    root.rename(root.with_name(name))


def legacy_header(name: str) -> str:
    """Return what a legacy CSV calls a column of CUR 2.0."""
    category = next(part for part in CATEGORIES if name.startswith(f"{part}_"))
    words = name.removeprefix(f"{category}_").split("_")
    camel = "".join(word.capitalize() for word in words)
    if category in SMALL:
        camel = camel[0].lower() + camel[1:]
    return f"{CATEGORIES[category]}/{camel}"


def _write_file(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    if path.suffix == ".parquet":
        connection.execute(f"copy ({query}) to '{path}' (format parquet)")
        return
    plain = path.with_name("plain.csv")
    packed = path if path.suffix == ".gz" else plain
    compression = "gzip" if path.suffix == ".gz" else "none"
    connection.execute(
        f"copy ({query}) to '{packed}' (format csv, header, compression {compression})"
    )
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(plain, path.name.removesuffix(".zip"))
        plain.unlink()
