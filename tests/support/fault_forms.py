"""The small bills of `fault_bills` in the other forms in which they are delivered."""

from __future__ import annotations

import atexit
import csv
import gzip
import json
import socket
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from fault_bills import BILLS, MONTHS, TAX, Bills, charges, focus_row, native

if TYPE_CHECKING:
    from collections.abc import Iterator

EXPORT = "exports/llm-costs"
# As the manifests have it.
BUCKET = "real-bucket"
KEY = "testing"
PARTS = 2
# A legacy report's headers, and what CUR 2.0 calls the same.
HEADERS = {
    "identity/LineItemId": "identity_line_item_id",
    "bill/BillingEntity": "bill_billing_entity",
    "bill/PayerAccountId": "bill_payer_account_id",
    "lineItem/UsageAccountId": "line_item_usage_account_id",
    "lineItem/UsageStartDate": "line_item_usage_start_date",
    "lineItem/LineItemType": "line_item_line_item_type",
    "lineItem/ProductCode": "line_item_product_code",
    "lineItem/UsageType": "line_item_usage_type",
    "lineItem/UsageAmount": "line_item_usage_amount",
    "lineItem/CurrencyCode": "line_item_currency_code",
    "lineItem/UnblendedCost": "line_item_unblended_cost",
}


@dataclass(frozen=True, kw_only=True)
class InBucket(Bills):
    """Bills in a bucket that is reached over HTTP, in a process of its own."""

    def deliver(self, root: Path, number: int) -> None:
        """Write a delivery over the one before, its manifests last, as AWS does."""
        place = root / f"{self.name}-to-upload"
        self.write(place, number)
        paths = [path for path in place.rglob("*") if path.is_file()]
        for path in sorted(paths, key=lambda one: (one.suffix == ".json", str(one))):
            key = path.relative_to(place).as_posix()
            _client().put_object(Bucket=BUCKET, Key=key, Body=path.read_bytes())

    def environment(self, root: Path) -> dict[str, str]:  # noqa: ARG002 - nothing on disk
        """Start the server and return the settings that lead to it."""
        endpoint = _start_server()
        _client(endpoint).create_bucket(Bucket=BUCKET)
        return {
            self.setting: f"s3://{BUCKET}",
            self.setting.replace("BUCKET_URL", "ENDPOINT_URL"): endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": KEY,
            "AWS_DEFAULT_REGION": "us-east-1",
        }


def _start_server() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = Path(sys.executable).with_name("moto_server")
    server = subprocess.Popen(
        [command, "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    atexit.register(server.kill)
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return f"http://127.0.0.1:{port}"
    raise AssertionError("the server did not start")


_CLIENTS: list[Any] = []


def _client(endpoint: str = "") -> Any:
    if endpoint:
        import boto3  # noqa: PLC0415 - for this form only

        _CLIENTS.append(
            boto3.client(
                "s3",
                endpoint_url=endpoint,
                region_name="us-east-1",
                aws_access_key_id=KEY,
                aws_secret_access_key=KEY,
            )
        )
    return _CLIENTS[-1]


def _aws_lines(number: int) -> Iterator[dict[str, Any]]:
    for line, cost in charges(number):
        tax = {
            "line_item_line_item_type": "Tax",
            "line_item_product_code": TAX,
            "identity_line_item_id": "tax",
        }
        values = tax if line < 0 else {}
        yield native().cur_line(max(line, 0), float(cost), **values)


def _write_legacy(folder: Path, number: int) -> None:
    """Write zipped CSV files that are kept beside those of earlier deliveries."""
    lines = list(_aws_lines(number))
    for month in MONTHS:
        first = date.fromisoformat(f"{month}-01")
        following = (first + timedelta(days=31)).replace(day=1)
        report = f"{EXPORT}/{first:%Y%m%d}-{following:%Y%m%d}"
        keys = []
        for part in range(PARTS):
            key = f"{report}/2026{number:04d}T130900Z/llm-costs-{part + 1}.csv.zip"
            path = folder / key
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_zip(path, lines[part::PARTS])
            keys.append(key)
        manifest = {"assemblyId": f"2026{number:04d}T130900Z", "reportKeys": keys}
        place = folder / report / "llm-costs-Manifest.json"
        place.write_text(json.dumps(manifest))


def _write_zip(path: Path, lines: list[dict[str, Any]]) -> None:
    plain = path.with_suffix("")
    with plain.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        writer.writerows([line[name] for name in HEADERS.values()] for line in lines)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, plain.name)
    plain.unlink()


def _write_partitions(folder: Path, number: int) -> None:
    """Write extracts of Google's daily partitions as JSON lines, one more a time."""
    for month in MONTHS:
        invoice = month.replace("-", "")
        by_day: dict[int, list[str]] = {}
        for line, cost in charges(number):
            tax = {
                "cost_type": "tax",
                "service": {"id": "x", "description": "Invoice"},
            }
            row = native().gcp_row(
                abs(line),
                float(cost) + 0.75,
                invoice={"month": invoice},
                **(tax if line < 0 else {}),
            )
            day = 1 + abs(line) % 5 + (number % 20 if line < 0 else 0)
            row["export_time"] = f"{month}-{day:02d} 05:00:00 UTC"
            by_day.setdefault(day, []).append(json.dumps(row, default=str))
        made = set()
        for day, rows in by_day.items():
            path = folder / "export" / f"{invoice}{day:02d}" / "rows.json.gz"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(gzip.compress("\n".join(rows).encode() + b"\n"))
            made.add(path)
        for path in folder.glob(f"export/{invoice}*/rows.json.gz"):
            if path not in made:
                path.unlink()


def _write_focus_export(folder: Path, number: int) -> None:
    """Write Parquet files of AWS's Data Exports, with a manifest for every month."""
    for month in MONTHS:
        rows = [
            focus_row(
                month,
                cost,
                ServiceCategory="AI and Machine Learning" if line >= 0 else "Storage",
                ServiceName="Amazon Bedrock" if line >= 0 else "Amazon S3",
                x_ServiceCode="AmazonBedrock" if line >= 0 else TAX,
            )
            for line, cost in charges(number)
        ]
        inside = f"BILLING_PERIOD={month}"
        keys = []
        for part in range(PARTS):
            key = f"e/focus/data/{inside}/focus-{part + 1:05d}.snappy.parquet"
            (folder / key).parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.Table.from_pylist(rows[part::PARTS]), folder / key)
            keys.append(f"s3://company-billing/{key}")
        path = folder / f"e/focus/metadata/{inside}/focus-Manifest.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {"executionId": f"execution-{number}", "dataFiles": keys}
        path.write_text(json.dumps(content))


FORMS = {
    bills.name: bills
    for bills in (
        Bills(
            source="aws_cur",
            setting="SOURCES__AWS_CUR__BUCKET_URL",
            write=_write_legacy,
            form="legacy",
        ),
        InBucket(
            source="aws_cur",
            setting="SOURCES__AWS_CUR__BUCKET_URL",
            write=BILLS["aws_cur"].write,
            form="bucket",
        ),
        Bills(
            source="gcp_billing",
            setting="SOURCES__GCP_BILLING__EXPORT_URL",
            write=_write_partitions,
            form="partitions",
        ),
        Bills(
            source="focus_costs",
            setting="SOURCES__FOCUS_COSTS__EXPORT_URL",
            write=_write_focus_export,
            form="export",
        ),
    )
}
ALL = BILLS | FORMS
