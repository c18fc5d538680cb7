"""The Google Cloud bill copied out of BigQuery into another warehouse."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bigquery import BigQuery
from bigquery.storage import storage_server
from bigquery_export import export
from bigquery_target import PROJECT
from google_keys import write_key

import extract
from extract.doctor import Check, examine
from sample_bills.gcp_schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.engine

ACCOUNT = "01A2B3-C4D5E6-F70819"
SUFFIX = ACCOUNT.replace("-", "_")
TABLE = f"{PROJECT}.billing.gcp_billing_export_v1_{SUFFIX}"
DETAILED = f"{PROJECT}.billing.gcp_billing_export_resource_v1_{SUFFIX}"
SECTION = "SOURCES__GCP_BILLING__"
# Not part of the standard export.
RESOURCE = ("resource", "subscription")
LANDED = (
    "select * exclude (load_id, source_file) from raw_gcp.billing_rows order by all"
)


@dataclass
class Copied:
    """A BigQuery with the export, and the DuckDB that it is copied into."""

    server: BigQuery
    warehouse: Path
    folder: Path

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Query the warehouse."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def net(self) -> Any:
        """Add up what readers see of the whole bill."""
        ((cost,),) = self.rows(
            "select sum(c) from ("
            "select cast(cost as decimal(28, 9)) "
            "+ cast(credits_amount as decimal(28, 9)) as c, load_id "
            "from raw_gcp.billing_rows union all "
            "select cost + credits_amount, load_id from raw_gcp.filtered_totals) "
            "where load_id in (select max_by(load_id, loaded_at) "
            "from raw_ops.load_ledger group by unit)"
        )
        return cost


@pytest.fixture(scope="module")
def bigquery() -> Iterator[BigQuery]:
    with BigQuery() as server:
        yield server


@pytest.fixture(scope="module")
def key(bigquery: BigQuery, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_key(tmp_path_factory.mktemp("key"), bigquery.url)


@pytest.fixture
def copied(
    bigquery: BigQuery, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Copied]:
    bigquery.warehouse.tables.clear()
    bigquery.statements.clear()
    for name, value in {
        "LLM_COSTS_TARGET": "duckdb",
        "LLM_COSTS_DUCKDB_PATH": str(tmp_path / "warehouse.duckdb"),
        "DLT_DATA_DIR": str(tmp_path / "dlt"),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "BIGQUERY_EMULATOR_HOST": bigquery.url,
        # Google's library would look for the account at Google's; nothing leaves here.
        "HTTPS_PROXY": "http://127.0.0.1:9",
        f"{SECTION}EXPORT_TABLES": TABLE,
        f"{SECTION}PROJECT": PROJECT,
        f"{SECTION}CREDENTIALS_FILE": str(key),
    }.items():
        monkeypatch.setenv(name, value)
    yield Copied(bigquery, tmp_path / "warehouse.duckdb", tmp_path)
    bigquery.cuts = bigquery.refuses = lambda _: False


def row(day: str, hours: int = 5, cost: float = 2.0, **values: Any) -> dict[str, Any]:
    """Return a row of the export, used on a day and exported hours later."""
    used = datetime.fromisoformat(f"{day}T09:00:00+00:00")
    return {
        "billing_account_id": ACCOUNT,
        "service": {"id": "C7E2-9256-1C43", "description": "Vertex AI"},
        "sku": {"id": "SKU", "description": "Gemini 2.5 Flash Text Input"},
        "usage_start_time": used,
        "usage_end_time": used + timedelta(hours=1),
        "export_time": used + timedelta(hours=hours),
        "project": {"id": "p", "labels": [{"key": "customer", "value": "acme"}]},
        "labels": [
            {"key": "customer_id", "value": 'ac"me'},
            {"key": "customer_id", "value": "repeated"},
        ],
        "system_labels": [],
        "tags": [],
        "cost": cost,
        "currency": "CHF",
        "currency_conversion_rate": 0.8,
        "usage": {"amount": 1000.0, "unit": "requests", "pricing_unit": "count"},
        "credits": [
            {"name": "a", "amount": -0.25, "full_name": "A", "id": "1", "type": kind}
            for kind in ("PROMOTION", "DISCOUNT")
        ],
        "invoice": {"month": day[:7].replace("-", "")},
        "cost_type": "regular",
        **values,
    }


TAX = {"service": {"id": "x", "description": "Invoice"}, "cost_type": "tax"}


def deliver(copied: Copied, *rows: dict[str, Any], table: str = TABLE) -> None:
    """Export rows, as Google does from time to time."""
    found = pa.Table.from_pylist(list(rows), SCHEMA)
    if table == TABLE:
        found = found.drop_columns(list(RESOURCE))
    export(copied.server, table, found)


def bill() -> list[dict[str, Any]]:
    """Return two months of four rows of AI each, and their tax."""
    rows = []
    for month in ("2026-09", "2026-10"):
        rows += [row(f"{month}-{day:02d}") for day in (1, 8, 20, 30)]
        rows.append(row(f"{month}-30", hours=30, cost=1.0, credits=[], **TAX))
    return rows


def load(**options: Any) -> dict[str, tuple[str, int]]:
    results = extract.run(["gcp_billing"], progress=False, **options)
    assert [r.message for r in results if r.status == "failed"] == []
    return {r.unit.partition("/")[2]: (r.status, r.rows) for r in results}


def statements(copied: Copied, words: str) -> list[str]:
    return [sql for sql, _ in copied.server.statements if words in sql]


def test_rows_are_copied_as_files_would_hold_them(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: whoever moves from extracts to the table sees another bill."""
    deliver(copied, *bill())
    assert set(load().values()) == {("loaded", 1)}
    ours = copied.rows(LANDED)
    assert len(ours) == 8
    assert copied.net() == Decimal("14.000000000")
    files = copied.folder / "files"
    for month in ("202609", "202610"):
        folder = files / ACCOUNT / f"invoice_month={month}"
        folder.mkdir(parents=True)
        part = [one for one in bill() if one["invoice"]["month"] == month]
        table = pa.Table.from_pylist(part, SCHEMA).drop_columns(list(RESOURCE))
        pq.write_table(table, folder / "a.parquet")
    monkeypatch.delenv(f"{SECTION}EXPORT_TABLES")
    monkeypatch.setenv(f"{SECTION}EXPORT_URL", f"file://{files}")
    refused = extract.run(["gcp_billing"], progress=False)
    assert {result.status for result in refused} == {"refused"}
    assert "both would count it twice" in refused[0].message
    assert set(load(force=True).values()) == {("loaded", 4)}
    assert _said(copied.rows(LANDED)) == _said(ours)
    assert copied.net() == Decimal("14.000000000")
    # And back: all weeks of a month take its place at once.
    monkeypatch.delenv(f"{SECTION}EXPORT_URL")
    monkeypatch.setenv(f"{SECTION}EXPORT_TABLES", TABLE)
    assert set(load(force=True).values()) == {("loaded", 1)}
    assert copied.net() == Decimal("14.000000000")


def _said(rows: list[tuple[Any, ...]]) -> list[str]:
    """Return rows with JSON as what it says, in whatever order."""

    def said(value: Any) -> Any:
        if isinstance(value, str) and value.startswith(("{", "[")):
            return json.dumps(json.loads(value), sort_keys=True)
        return value

    return sorted(repr([said(value) for value in row]) for row in rows)


def test_only_the_week_that_changed_is_copied_again(copied: Copied) -> None:
    """Harm: a late row brings the whole month anew, or nobody notices it."""
    deliver(copied, *bill())
    load()
    copied.server.statements.clear()
    assert {status for status, _ in load().values()} == {"unchanged"}
    assert not statements(copied, "source_file")
    # A late row of usage, and a correction of August that October's invoice holds.
    deliver(
        copied,
        row("2026-10-08", hours=24 * 9, cost=4.0),
        row(
            "2026-08-15",
            hours=24 * 60,
            cost=-3.0,
            credits=[],
            invoice={"month": "202610"},
            cost_type="adjustment",
        ),
    )
    found = load()
    assert {unit for unit, (status, _) in found.items() if status == "loaded"} == {
        "2026-10/days 01-07",
        "2026-10/days 08-14",
    }
    assert found["2026-10/days 01-07"] == ("loaded", 2)
    assert copied.net() == Decimal("14.5")
    queries = statements(copied, "source_file")
    assert len(queries) == 2
    # Older partitions are left out by a constant.
    assert all("_PARTITIONTIME >= timestamp(@first_day)" in sql for sql in queries)


def test_what_is_loaded_is_not_read_again_to_be_listed(copied: Copied) -> None:
    """Harm: each run pays for years of the export, to learn which months there are."""
    months = [f"2026-{month:02d}" for month in range(5, 11)]
    deliver(copied, *(row(f"{month}-{day:02d}") for month in months for day in (2, 20)))
    assert len(load()) == 12
    listings = "_PARTITIONTIME is not null"
    assert len(statements(copied, listings)) == 1
    copied.server.statements.clear()
    assert {unit[:7] for unit in load()} == {"2026-08", "2026-09", "2026-10"}
    assert not statements(copied, listings)
    assert len(statements(copied, "_PARTITIONTIME <")) == 1
    assert load(periods=["2026-05"]) == {
        "2026-05/days 01-07": ("unchanged", 1),
        "2026-05/days 15-21": ("unchanged", 1),
    }
    assert not statements(copied, listings)
    # Rows of a month that was never loaded, and came late: all of the table is asked.
    late = row("2026-04-30", hours=24 * 160)
    deliver(copied, late)
    assert load()["2026-04/days 22-31"] == ("loaded", 1)
    assert len(statements(copied, listings)) == 1
    assert copied.net() == Decimal("1.5") * 13


@pytest.mark.parametrize("seen", [(3,), (1, 3), (1, 2, 3)])
def test_the_last_of_three_deliveries_counts_whichever_a_run_saw(
    copied: Copied, seen: tuple[int, ...]
) -> None:
    """Harm: rows that come late into past hours, or a growing tax, are missed."""
    for number in (1, 2, 3):
        late = timedelta(days=number)
        deliver(
            copied,
            *(
                row("2026-10-05", cost=1.0 / number, hours=5 + late.days * 24 + hour)
                for hour in range(3)
            ),
            row("2026-10-28", hours=late.days * 24, cost=0.5 * number, **TAX),
        )
        if number in seen:
            load()
    # Each delivery adds three rows of AI and a tax, with two credits of 0.25 each.
    costs = sum(3 * round(Decimal(1) / n, 9) + Decimal("0.5") * n for n in (1, 2, 3))
    assert abs(copied.net() - (costs - 12 * Decimal("0.5"))) < Decimal("1e-8")


def test_rows_come_by_the_storage_api_or_page_by_page(
    copied: Copied, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Harm: who may not use the faster way gets nothing, or a stream that broke twice.

    A stream that breaks is resumed where it was.
    """
    deliver(copied, *(row("2026-10-05", hours=n + 1) for n in range(12)))
    copied.server.page_rows = 4
    try:
        assert load() == {"2026-10/days 01-07": ("loaded", 12)}
        ours = copied.rows(LANDED)
        with storage_server(copied.server) as storage:
            monkeypatch.setenv("BIGQUERY_STORAGE_EMULATOR_HOST", storage.host)
            storage.breaks = 1
            assert load(full_refresh=True) == {"2026-10/days 01-07": ("loaded", 12)}
            assert len(storage.sessions) == 1
            assert storage.breaks == 0
            assert copied.rows(LANDED) == ours
            storage.refuses = True
            assert load(full_refresh=True) == {"2026-10/days 01-07": ("loaded", 12)}
            assert len(storage.sessions) == 1
            assert "Grant roles/bigquery.readSessionUser" in caplog.text
            assert copied.rows(LANDED) == ours
    finally:
        copied.server.page_rows = 1_000_000


def test_a_network_that_breaks_in_mid_page(copied: Copied) -> None:
    """Harm: half of an answer is half a week, or the end of the run."""
    deliver(copied, row("2026-10-05"))
    load()
    before = copied.net()
    deliver(copied, row("2026-10-05", hours=9, cost=7.0))
    cut: list[str] = []

    def once(call: str) -> bool:
        if "/queries/" in call and not cut:
            cut.append(call)
            return True
        return False

    copied.server.cuts = once
    copied.server.refuses = lambda call: bool(cut) and "/queries/" in call
    (result,) = extract.run(["gcp_billing"], progress=False)
    assert result.status == "failed"
    assert cut
    assert copied.net() == before
    cut.clear()
    copied.server.refuses = lambda _: False
    assert load() == {"2026-10/days 01-07": ("loaded", 2)}
    assert cut
    assert copied.net() == before + Decimal("6.5")


def test_what_is_wrong_is_said_with_the_setting(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: both exports count twice, or a 403 sends a person through all of IAM."""
    setting = f"{SECTION}EXPORT_TABLES"
    monkeypatch.setenv(setting, f"{TABLE}, {DETAILED}")
    assert "exports of one billing account, the same spend twice" in message()
    other = f"{PROJECT}.billing.copy_of_it"
    deliver(copied, row("2026-10-05"))
    deliver(copied, row("2026-10-05"), table=other)
    monkeypatch.setenv(setting, f"{TABLE},{other}")
    assert f"both hold {ACCOUNT}/2026-10" in message()
    monkeypatch.setenv(setting, f"{PROJECT}.billing.mistyped")
    assert "Not found" in message()
    assert "Check sources.gcp_billing.export_tables" in message()
    monkeypatch.setenv(setting, TABLE)
    copied.server.refuses = lambda call: call.startswith("POST /bigquery/v2")
    assert "Access Denied" in message()
    assert "the role BigQuery Data Viewer on its dataset" in message()
    monkeypatch.setenv(f"{SECTION}EXPORT_URL", "")
    monkeypatch.delenv(setting)
    assert "Nothing says where Google's billing export is" in message()


def message() -> str:
    (result,) = extract.run(["gcp_billing"], progress=False)
    assert result.status == "failed"
    return str(result.message)


def test_the_doctor_tells_what_is_there_and_what_is_not_allowed(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: a stale export, or the bigger one of two, is noticed by its price."""
    today = datetime.now(UTC).date()
    deliver(copied, row(f"{today}", hours=0))
    deliver(copied, row(f"{today}", hours=0), table=DETAILED)
    found = checked()
    assert {check.status for check in found.values()} == {"ok"}
    assert "tests@test-project.iam.gserviceaccount.com" in found["credentials"].detail
    assert found["export"].detail.startswith(f"{ACCOUNT}: {today:%Y-%m}")
    assert "is read and gcp_billing_export_resource_v1" in found["one export"].detail
    assert found["location"].detail.endswith("is in US")
    monkeypatch.setenv(f"{SECTION}EXPORT_TABLES", DETAILED)
    assert checked()["one export"].status == "warning"
    assert "the standard export is enough" in checked()["one export"].remedy
    monkeypatch.setenv(f"{SECTION}EXPORT_TABLES", TABLE)
    copied.server.refuses = lambda call: call.startswith("POST /bigquery/v2")
    refused = checked()["export"]
    assert refused.status == "problem"
    assert "Grant roles/bigquery.jobUser on the project" in refused.remedy
    copied.server.refuses = lambda _: False
    copied.server.warehouse.tables.clear()
    deliver(copied, row("2026-10-01"))
    assert "in the last ten days" in checked()["freshness"].detail


def checked() -> dict[str, Check]:
    return {check.name: check for check in examine(["gcp_billing"])}
