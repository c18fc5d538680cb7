"""The Google Cloud bill read in place, against the same bill loaded from files."""

import io
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import commands
import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from bigquery import BigQuery
from bigquery_export import export
from bigquery_target import HEAVY, PROJECT, query, settings

from orchestrate.bills import source_settings
from sample_bills import write_bills
from sample_bills.gcp_schema import SCHEMA

pytestmark = pytest.mark.engine

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
EXPORT = f"{PROJECT}.billing.gcp_billing_export_v1_01A2B3_C4D5E6_F70819"
STAGING = "multi_cloud_costs_staging"
SELECT = ("stg_gcp_billing__billing_rows", "stg_gcp_billing__filtered_totals")
ROWS = (
    "select billing_account_id, project_id, sku_id, service_description, "
    "sku_description, region, usage_unit, pricing_unit, cost_type, invoice_month, "
    "billing_currency, metered_quantity, gross_cost, credits_amount, "
    "promotion_credits_amount, list_cost, billing_currency_per_usd, "
    "charge_period_start, charge_period_end, labels, project_labels "
    f"from {STAGING}.stg_gcp_billing__billing_rows"
)
LABELS = 2
OTHERS = (
    "select billing_account_id, service, cost_type, invoice_month, billing_currency, "
    f"line_count, gross_cost, credits_amount from {STAGING}.{SELECT[1]}"
)
LEDGER = (
    "select unit, sum(landed_rows), sum(landed_cost), sum(cost_total) "
    "from raw_ops.load_ledger group by unit"
)
CURRENT = "stg_ops__current_loads"
FEWEST_ROWS = 200
LOADS = "select distinct load_id from raw_gcp.billing_rows"


@dataclass(frozen=True, kw_only=True)
class InPlace:
    """The export in a BigQuery, and the same bill's files."""

    server: BigQuery
    environment: dict[str, str]
    files: Path


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt keeps what it has read of the project, for all tests here."""
    return tmp_path_factory.mktemp("read")


@pytest.fixture(scope="module")
def in_place(tmp_path_factory: pytest.TempPathFactory, read: Path) -> Iterator[InPlace]:
    """The sample company's export of eight days, in a table like Google's."""
    folder = tmp_path_factory.mktemp("in_place")
    bills = folder / "bills"
    write_gcp_bills(bills)
    with BigQuery() as server:
        for file in sorted(bills.rglob("gcp/**/*.parquet")):
            # Without its folder, which a reader of datasets takes for a column.
            export(server, EXPORT, pq.read_table(io.BytesIO(file.read_bytes())))
        environment = environment_of(server, folder, read, bills)
        yield InPlace(server=server, environment=environment, files=bills)


def write_gcp_bills(folder: Path) -> None:
    """Write some days of two months, of few customers: GoogleSQL is exact and slow."""
    write_bills(
        folder,
        days=8,
        end=date(2026, 11, 4),
        seed=1,
        rows_per_day=1,
        clouds=["gcp"],
        customers=["acme", "globex"],
    )


def environment_of(
    server: BigQuery, folder: Path, read: Path, bills: Path | None = None
) -> dict[str, str]:
    """Give the settings by which the export is read in place."""
    return {
        **os.environ,
        **(source_settings(bills) if bills else {}),
        **settings(server, folder),
        "LLM_COSTS_TARGET": "bq",
        "LLM_COSTS_CLOUDS": "gcp",
        "LLM_COSTS_BIGQUERY_BILLING_EXPORT": EXPORT,
        "LLM_COSTS_DUCKDB_PATH": str(read / "llm_costs.duckdb"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_TARGET_PATH": str(read / "target"),
        "DLT_DATA_DIR": str(folder / "dlt"),
    }


def work(environment: dict[str, str]) -> str:
    """Load the bill and build its staging; return what the loader said."""
    said = run(environment, "dlt", "pipeline", "gcp_billing", "run")
    target = environment["LLM_COSTS_TARGET"]
    check = "no_dollar_is_lost_from_raw_to_staging"
    selected = ("--select", *(f"+{name}" for name in SELECT), check)
    whole = ("--indirect-selection", "cautious")
    run(environment, "dbt", "--quiet", "build", "--target", target, *selected, *whole)
    return said


def run(environment: dict[str, str], *command: str) -> str:
    return commands.checked([BIN / command[0], *command[1:]], environment)


def staged(rows: list[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """Count equal rows, times without zones and labels as what they say."""
    return Counter(
        (
            *(
                value.replace(tzinfo=None) if isinstance(value, datetime) else value
                for value in row[:-LABELS]
            ),
            *(str(sorted(json.loads(text or "{}").items())) for text in row[-LABELS:]),
        )
        for row in rows
    )


def compare(server: BigQuery, environment: dict[str, str], held: str = LEDGER) -> None:
    """Compare BigQuery's staging and ledger with DuckDB's, from all the files."""
    # In a folder of its own, or each of the two would have dbt read the project anew.
    target = {"DBT_TARGET_PATH": f"{environment['DBT_TARGET_PATH']}_duckdb"}
    # Another test's, under the one name for which dbt takes again what it has read.
    path = Path(environment["LLM_COSTS_DUCKDB_PATH"])
    path.unlink(missing_ok=True)
    work({**environment, **target, "LLM_COSTS_TARGET": "duckdb"})
    with duckdb.connect(str(path), read_only=True) as connection:
        rows, others, ledger = (
            connection.execute(sql).fetchall() for sql in (ROWS, OTHERS, LEDGER)
        )
    ours = query(server, ROWS)
    assert len(ours) > FEWEST_ROWS
    assert staged(ours) == staged(rows)
    assert sorted(query(server, OTHERS), key=repr) == sorted(others, key=repr)
    assert sorted(query(server, held)) == sorted(ledger)


def test_in_place_is_the_same_as_from_files(in_place: InPlace) -> None:
    """Harm: with the same bill, BigQuery says one cost and DuckDB another."""
    assert "loaded" in work(in_place.environment)
    compare(in_place.server, in_place.environment)
    assert not query(in_place.server, "select load_id from raw_gcp.billing_rows")


def test_months_from_files_stay_beside_months_in_place(
    tmp_path: Path, read: Path
) -> None:
    """Harm: months before the export's first vanish, or a month counts twice."""
    bills = tmp_path / "bills"
    write_gcp_bills(bills)
    older, newer = sorted(bills.rglob("gcp/**/invoice_month=*"))
    with BigQuery() as server:
        environment = environment_of(server, tmp_path, read, bills)
        without = {
            "LLM_COSTS_BIGQUERY_BILLING_EXPORT": "",
            "DBT_TARGET_PATH": str(tmp_path / "target"),
        }
        work({**environment, **without})
        both = query(server, LOADS)
        assert len(both) == 2
        for file in sorted(newer.glob("*.parquet")):
            export(
                server,
                EXPORT,
                without_months(pq.read_table(io.BytesIO(file.read_bytes()))),
            )
        said = work(environment)
        assert "unchanged" not in said
        (left,) = query(server, LOADS)
        assert left in both
        (unit,) = query(
            server, f"select unit from raw_ops.load_ledger where load_id = '{left[0]}'"
        )
        assert unit[0].replace("-", "").endswith(older.name[-6:])
        newest = LEDGER.replace("raw_ops.load_ledger", f"{STAGING}.{CURRENT}")
        compare(server, environment, newest)


def without_months(rows: pa.Table) -> pa.Table:
    """Take the invoice month out of every third row."""
    invoices = [
        {**invoice, "month": None} if place % 3 == 0 else invoice
        for place, invoice in enumerate(rows["invoice"].to_pylist())
    ]
    place = rows.schema.get_field_index("invoice")
    field = rows.schema.field(place)
    return rows.set_column(place, field, pa.array(invoices, field.type))


def test_a_run_reads_the_partitions_of_what_is_new_only(
    tmp_path: Path, read: Path
) -> None:
    """Harm: every build, and every test in it, pays for years of the export.

    The statements say from which partition on they read; that this is enough, the
    comparison with a table that is made anew says.
    """
    rows = []
    for month in ("2026-08", "2026-09", "2026-10"):
        rows += [charge(f"{month}-{day:02d}") for day in (3, 20)]
    with BigQuery(heavy=HEAVY) as server:
        environment = environment_of(server, tmp_path, read)
        export(server, EXPORT, pa.Table.from_pylist(rows, SCHEMA))
        build(environment)
        first = query(server, DAILY)
        assert len(first) == 6
        assert partitions(server, "model.llm_costs.int_daily_charges") == []
        late = charge("2026-10-02", hours=24 * 20)
        export(server, EXPORT, pa.Table.from_pylist([late], SCHEMA))
        server.statements.clear()
        build(environment)
        assert partitions(server, "model.llm_costs.int_daily_charges") == ["2026-10-01"]
        # Tests are about loads of the last week: of all three months, since the first
        # load was a moment ago.
        assert partitions(server, "test.llm_costs.not_null") == ["2026-08-01"]
        read = query(
            server,
            f"select distinct string(date(_PARTITIONTIME)) from `{EXPORT}` "
            "where _PARTITIONTIME >= timestamp('2026-10-01')",
        )
        assert sorted(read) == [("2026-10-03",), ("2026-10-20",), ("2026-10-22",)]
        second = query(server, DAILY)
        assert len(second) == 7
        build(environment, "--full-refresh")
        assert query(server, DAILY) == second


DAILY = (
    f"select charge_date, metered_quantity, billed_cost from {STAGING}."
    "int_daily_charges order by charge_date"
)


def charge(day: str, hours: int = 5) -> dict[str, Any]:
    """Give a row of the export, used on a day and exported hours later."""
    used = datetime.fromisoformat(f"{day}T09:00:00+00:00")
    return {
        "billing_account_id": "01A2B3-C4D5E6-F70819",
        "service": {"id": "C7E2-9256-1C43", "description": "Vertex AI"},
        "sku": {"id": "SKU", "description": "Gemini 2.5 Flash Text Input"},
        "usage_start_time": used,
        "usage_end_time": used + timedelta(hours=1),
        "export_time": used + timedelta(hours=hours),
        "project": {"id": "p"},
        "cost": 2.0,
        "currency": "USD",
        "currency_conversion_rate": 1.0,
        "usage": {"amount": 1000.0, "unit": "requests", "pricing_unit": "count"},
        "invoice": {"month": day[:7].replace("-", "")},
        "cost_type": "regular",
    }


def build(environment: dict[str, str], *options: str) -> None:
    """Load, and build what is incremental on top of the export, with its tests."""
    run(environment, "dlt", "pipeline", "gcp_billing", "run")
    tests = "no_dollar_is_lost_from_staging_to_charges"
    chosen = ("--select", "+int_daily_charges", tests)
    whole = ("--indirect-selection", "cautious", "--exclude", "test_type:unit")
    run(
        environment,
        "dbt",
        "--quiet",
        "build",
        "--target",
        "bq",
        *chosen,
        *whole,
        *options,
    )


def partitions(server: BigQuery, node: str) -> list[str]:
    """Give the days from which on the statements of a model or test read the export."""
    found = {
        day
        for sql, _ in server.statements
        if f'"node_id": "{node}' in sql
        for day in re.findall(r"read_partition\s+>= timestamp\('([0-9-]+)'\)", sql)
    }
    return sorted(found)


def test_rows_that_come_later_wait_for_the_next_run(in_place: InPlace) -> None:
    """Harm: totals move between the ledger's entry and the build, and none agree."""
    work(in_place.environment)
    before = query(in_place.server, ROWS)
    rows = pq.read_table(
        io.BytesIO(max(in_place.files.rglob("gcp/**/*.parquet")).read_bytes())
    )
    late = rows.slice(0, 3)
    times = pc.add(pc.max(rows["export_time"]), pa.scalar(timedelta(days=2)))
    place = late.schema.get_field_index("export_time")
    later = pa.array([times.as_py()] * 3, late.schema.field(place).type)
    export(in_place.server, EXPORT, late.set_column(place, "export_time", later))
    assert query(in_place.server, ROWS) == before
    assert "unchanged" in work(in_place.environment)
    after = query(in_place.server, ROWS)
    assert len(after) == len(before) + 3
    assert _total(after) != _total(before)


def test_a_run_without_new_rows_changes_nothing(in_place: InPlace) -> None:
    """Harm: every morning all of the export is read and built again."""
    work(in_place.environment)
    said = run(in_place.environment, "dlt", "pipeline", "gcp_billing", "run")
    assert "unchanged" in said
    assert " loaded" not in said


def _total(rows: list[tuple[Any, ...]]) -> Decimal:
    return sum((row[12] + row[13] for row in rows), Decimal(0))
