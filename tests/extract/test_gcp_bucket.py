"""The Google Cloud bill out of a bucket and out of every kind of extract."""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from extract_bills import GCP_ACCOUNT, gcp_row, write_gcp
from gcs_server import GcsBucket, Request, gcs_server
from google_keys import write_key

import extract
from extract import gcs
from extract.doctor import examine
from extract.errors import ExtractError
from extract.sources.gcp_billing import open_bill

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECTION = "SOURCES__GCP_BILLING__"
ROWS = "select * exclude (load_id, source_file) from raw_gcp.billing_rows order by all"
TOTALS = "select * exclude (load_id) from raw_gcp.filtered_totals order by all"
CREDIT = {
    "name": "a",
    "amount": -0.25,
    "full_name": "A",
    "id": "1",
    "type": "PROMOTION",
}
DAY = datetime(2026, 10, 1, 6)  # noqa: DTZ001


@pytest.fixture
def bucket(monkeypatch, world) -> Iterator[GcsBucket]:
    with gcs_server() as found:
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        yield found


def load(**options: Any) -> list[Any]:
    return extract.run(["gcp_billing"], progress=False, **options)


def statuses(**options: Any) -> list[tuple[str, int]]:
    return [(result.status, result.rows) for result in load(**options)]


def rows(days: int = 6, **values: Any) -> list[dict[str, Any]]:
    """Return rows of two invoice months, by the day on which each was exported."""
    found = []
    for day in range(days):
        used = DAY + timedelta(days=27 + day)
        row = gcp_row(
            day,
            2.0 + day,
            usage_start_time=used,
            export_time=used + timedelta(hours=5),
            invoice={"month": f"{used:%Y%m}"},
            credits=[CREDIT],
        )
        other = {"service": {"id": "Y", "description": "BigQuery"}, "cost": 5.0}
        found += [{**row, **values}, {**row, **other, **values}]
    return found


def write_table(path: Path, table_rows: list[dict[str, Any]]) -> None:
    """Write what a BigQuery extract of some rows gives, in the format of the name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(table_rows), path)
        return
    lines = [json.dumps(_as_json(row)) for row in table_rows]
    content = "\n".join(lines).encode() + b"\n"
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def _as_json(value: Any) -> Any:
    """Return a value as BigQuery writes it: nulls left out, times as text."""
    if isinstance(value, dict):
        return {k: _as_json(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_as_json(one) for one in value]
    return f"{value} UTC" if isinstance(value, datetime) else value


def write_form(folder: Path, form: str) -> None:
    """Write the same bill in one of the forms in which people extract it."""
    bill = rows()
    if form == "month folders":
        for month in ("202610", "202611"):
            part = [row for row in bill if row["invoice"]["month"] == month]
            write_gcp(folder, month, part)
    elif form == "whole table":
        write_table(folder / "export/part-000000000000.parquet", bill)
    else:
        suffix = "json.gz" if "json" in form else "parquet"
        for day in sorted({row["export_time"].date() for row in bill}):
            part = [row for row in bill if row["export_time"].date() == day]
            write_table(folder / f"export/{day:%Y%m%d}/part-0.{suffix}", part)


FORMS = ("month folders", "whole table", "partitions", "partitions json.gz")


def test_a_bill_lands_the_same_in_whatever_form_it_is_extracted(world, bucket):
    """Whoever extracts partitions, or JSON, would have to change his schedule first."""
    seen = []
    for form in FORMS:
        folder = world.gcp.parent / form
        write_form(folder, form)
        bucket.upload(folder)
        results = load()
        assert [(r.billing_period, r.status, r.message) for r in results] == [
            ("2026-10", "loaded", ""),
            ("2026-11", "loaded", ""),
        ], form
        seen.append((world.rows(ROWS), world.rows(TOTALS)))
        assert {status for status, _ in statuses()} == {"unchanged"}, form
    landed, totals = seen[0]
    assert len(landed) == 6
    assert len(totals) == 2
    for form, one in zip(FORMS[1:], seen[1:], strict=True):
        assert one == (landed, totals), form


def test_pages_are_followed_and_files_are_read_as_they_were_found(world, bucket):
    """A listing that ends with its first page leaves out days of the month."""
    write_form(world.gcp, "partitions")
    bucket.upload(world.gcp)
    assert {status for status, _ in statuses()} == {"loaded"}
    assert len(bucket.objects) == 6
    assert {request.key for request in bucket.media()} == set(bucket.objects)
    assert all(request.generation for request in bucket.media())


def test_a_delivery_that_comes_in_the_middle_of_a_read_is_read_anew(world, bucket):
    """The newer half of a file with the older half of another is no bill."""
    write_gcp(world.gcp, "202610", [gcp_row(n) for n in range(10)])
    bucket.upload(world.gcp)
    moved: list[str] = []

    def move(request: Request) -> None:
        if request.is_media and not moved:
            moved.append(request.key)
            write_gcp(world.gcp, "202610", [gcp_row(n) for n in range(20)])
            bucket.upload(world.gcp)

    bucket.before = move
    assert statuses() == [("loaded", 20)]
    assert moved
    assert world.current_cost("raw_gcp.billing_rows", "cost") == 40


@pytest.mark.parametrize("breaks", ["once", "always"])
def test_a_network_that_breaks_in_mid_file(world, bucket, monkeypatch, breaks):
    """Half a file must be neither half a month nor the end of the run."""
    monkeypatch.setattr(gcs, "RETRY_SECONDS", 0.5 if breaks == "always" else 30.0)
    write_gcp(world.gcp, "202610", [gcp_row(n) for n in range(10)])
    bucket.upload(world.gcp)
    load()
    write_gcp(world.gcp, "202610", [gcp_row(n) for n in range(12)])
    bucket.upload(world.gcp)
    cut: list[str] = []

    def cuts(request: Request) -> bool:
        if request.is_media and (breaks == "always" or not cut):
            cut.append(request.key)
            return True
        return False

    bucket.cuts = cuts
    (result,) = load()
    assert cut
    if breaks == "always":
        assert result.status == "failed"
        assert "nothing of this unit was loaded" in result.message
        assert world.current_cost("raw_gcp.billing_rows", "cost") == 20
        bucket.cuts = lambda _: False
        assert statuses() == [("loaded", 12)]
    assert world.current_cost("raw_gcp.billing_rows", "cost") == 24


def test_a_footer_that_is_broken_is_said_with_the_files_name(world, bucket):
    """A file that was cut off on its way must not be an empty month."""
    write_form(world.gcp, "partitions")
    path = next(world.gcp.rglob("20261030/*.parquet"))
    path.write_bytes(path.read_bytes()[:-8] + b"\xff" * 8)
    bucket.upload(world.gcp)
    results = load()
    assert {result.status for result in results} == {"failed"}
    said = {result.unit: result.message for result in results}
    broken = "gs://real-bucket/export/20261030/part-0.parquet cannot be read"
    assert said.pop("export/20261030/part-0.parquet").startswith(broken)
    # It may hold rows of either month.
    assert len(said) == 2
    assert all(f"{broken}, and may hold" in message for message in said.values())


def test_a_key_file_logs_in_and_an_account_is_impersonated(
    world, bucket, tmp_path, monkeypatch
):
    """Bills are read by an account that may read nothing else."""
    write_gcp(world.gcp, "202610", [gcp_row()])
    bucket.upload(world.gcp)
    key = write_key(tmp_path, bucket.endpoint)
    monkeypatch.setenv(f"{SECTION}CREDENTIALS_FILE", str(key))
    assert statuses() == [("loaded", 1)]
    assert {r.token for r in bucket.requests if r.key or r.method == "GET"} == {"own"}
    endpoint = f"{bucket.endpoint}/token:generateAccessToken?account={{}}"
    monkeypatch.setattr("google.auth.iam._IAM_ENDPOINT", endpoint)
    monkeypatch.setenv(f"{SECTION}IMPERSONATE", "reader@p.iam.gserviceaccount.com")
    bucket.requests.clear()
    assert statuses() == [("unchanged", 1)]
    gets = {request.token for request in bucket.requests if request.method == "GET"}
    assert gets == {"borrowed"}


def test_what_is_wrong_with_the_access_is_said_with_the_setting(
    world, bucket, monkeypatch
):
    """A 403 in a traceback names neither the bucket nor what to put right."""
    write_gcp(world.gcp, "202610", [gcp_row()])
    bucket.upload(world.gcp)
    bucket.refuses = lambda _: True
    assert "Check sources.gcp_billing.export_url and the credentials" in message()
    assert "does not have storage.objects.list access" in message()
    bucket.refuses = lambda _: False
    monkeypatch.setenv(f"{SECTION}EXPORT_URL", "gs://mistyped")
    assert "There is no bucket gs://mistyped" in message()
    monkeypatch.setenv(f"{SECTION}CREDENTIALS_FILE", "/nowhere/key.json")
    assert "credentials_file is '/nowhere/key.json', which is no file" in message()
    monkeypatch.delenv(f"{SECTION}CREDENTIALS_FILE")
    monkeypatch.setenv(f"{SECTION}IMPERSONATE", "reader")
    assert "write the service account's e-mail address" in message()
    monkeypatch.delenv(f"{SECTION}IMPERSONATE")
    monkeypatch.delenv("STORAGE_EMULATOR_HOST")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/adc.json")
    assert "There are no Google credentials to be used" in message()
    assert "gcloud auth application-default login" in message()


def message() -> str:
    """Return what a run would say about the first month that it cannot load."""
    try:
        with open_bill() as bill:
            for unit in sorted(bill.units(), key=lambda unit: unit.name):
                bill.deliver(unit)
    except ExtractError as error:
        return str(error)
    return ""


def test_months_that_would_count_twice_are_refused(world):
    """A schedule that extracts the whole table every day shows every cost twice."""
    bill = rows(4)
    whole = world.gcp / "20261101" / "all.parquet"
    write_table(whole, bill)
    later = world.gcp / "20261102" / "all.parquet"
    write_table(later, [*bill, *rows(5)[8:]])
    assert "extracts that overlap count them twice" in message()
    later.unlink()
    again = whole.with_name("again.parquet")
    again.write_bytes(whole.read_bytes())
    assert "are the same file twice" in message()
    again.unlink()
    detailed = world.gcp / "detailed" / "a.parquet"
    write_table(detailed, rows(1, resource={"name": "x", "global_name": None}))
    assert "of the standard and of the detailed export" in message()
    detailed.unlink()
    other = whole.with_suffix(".json")
    write_table(other, rows(1))
    assert "are Parquet and JSON together" in message()
    other.unlink()
    write_gcp(world.gcp, "202610", [gcp_row()])
    assert "both hold it and would count it twice" in message()


def test_rows_that_name_no_month_are_of_the_month_in_the_pacific(world):
    """Google's months end eight hours after those of UTC."""
    evening = datetime(2026, 11, 1, 6, 59)  # noqa: DTZ001
    for number, used in enumerate((evening, evening + timedelta(minutes=1))):
        row = gcp_row(1, usage_start_time=used, invoice={"month": ""})
        write_table(world.gcp / f"{number}" / "a.parquet", [row])
    found = [(r.unit, r.rows) for r in load()]
    assert found == [(f"{GCP_ACCOUNT}/2026-10", 1), (f"{GCP_ACCOUNT}/2026-11", 1)]


def test_taxes_adjustments_and_rounding_keep_their_kind_and_currency(world):
    """What is no usage is part of the invoice all the same."""
    kinds = ("regular", "tax", "adjustment", "rounding_error")
    bill = [
        gcp_row(n, 10.0, cost_type=kind, currency="CHF", currency_conversion_rate=0.8)
        for n, kind in enumerate(kinds)
    ]
    write_gcp(world.gcp, "202610", bill)
    (result,) = load()
    assert result.cost == {"CHF": Decimal("37.0")}
    assert world.rows(
        "select cost_type, cost + credits_amount, currency, currency_conversion_rate "
        "from raw_gcp.billing_rows order by all"
    ) == [(kind, 9.25, "CHF", 0.8) for kind in sorted(kinds)]


def test_the_doctor_names_the_role_that_a_bucket_needs(world, bucket):
    """A schedule of extracts that has stopped looks like days without costs."""
    write_gcp(world.gcp, "202610", [gcp_row()])
    bucket.upload(world.gcp)
    found = {check.name: check for check in examine(["gcp_billing"])}
    assert found["export"].detail == f"{GCP_ACCOUNT}: 2026-10 to 2026-10"
    assert found["newest month"].detail.startswith(f"{GCP_ACCOUNT}/2026-10: 1 files")
    # The server of the test wrote it in 2023.
    assert found["freshness"].status == "warning"
    bucket.refuses = lambda _: True
    found = {check.name: check for check in examine(["gcp_billing"])}
    assert found["export"].status == "problem"
    assert "roles/storage.objectViewer" in found["export"].remedy
