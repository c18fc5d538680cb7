"""Reads bills and the answer key without any code of the generator."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

Rows = list[tuple[Any, ...]]


def query_aws(folder: Path, sql: str) -> Rows:
    """Run SQL over the CUR lines, called `lines`."""
    return _query(f"{folder}/aws/*/*/*/data/*/*.parquet", sql)


def query_gcp(folder: Path, sql: str) -> Rows:
    """Run SQL over the export's rows, called `lines`."""
    return _query(f"{folder}/gcp/*/*/*/*.parquet", sql)


def read_azure(folder: Path, kind: str = "query") -> list[dict[str, Any]]:
    """Read the rows of all pages as records: of the actual cost, or of the other."""
    records = []
    for path in sorted(
        (folder / "azure").glob(f"subscriptions/*/{kind}/*/page-*.json")
    ):
        properties = json.loads(path.read_text())["properties"]
        names = [column["name"] for column in properties["columns"]]
        records += [dict(zip(names, row, strict=True)) for row in properties["rows"]]
    return records


def read_expected(folder: Path) -> dict[str, Any]:
    """Read the answer key."""
    content: dict[str, Any] = json.loads((folder / "expected.json").read_text())
    return content


def read_bill(folder: Path, cloud: str) -> dict[str, dict[str, Any]]:
    """Read the key's bills of a cloud by month."""
    return {
        bill["month"]: bill
        for bill in read_expected(folder)["bills"]
        if bill["cloud_provider"] == cloud
    }


def sum_totals(folder: Path, cloud: str, by: str) -> dict[str, Decimal]:
    """Sum the key's totals of a cloud by one of their fields."""
    sums: dict[str, Decimal] = {}
    for row in read_expected(folder)["totals"]:
        if row["cloud_provider"] == cloud:
            sums[row[by]] = sums.get(row[by], Decimal(0)) + Decimal(row["cost_usd"])
    return sums


def _query(pattern: str, sql: str) -> Rows:
    with duckdb.connect() as connection:
        connection.execute(
            f"create view lines as select * from read_parquet('{pattern}',"
            " hive_partitioning = false, filename = true)"
        )
        return connection.execute(sql).fetchall()
