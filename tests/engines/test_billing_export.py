"""The Google Cloud bill read in place, against the same bill loaded from files."""

import io
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from bigquery import BigQuery
from bigquery.loads import load, make_table
from bigquery.values import from_field
from bigquery_target import PROJECT, query, settings

from orchestrate.bills import source_settings
from sample_bills import write_bills

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


@dataclass(frozen=True, kw_only=True)
class InPlace:
    """The export in a BigQuery, and the same bill's files."""

    server: BigQuery
    environment: dict[str, str]
    files: Path


@pytest.fixture(scope="module")
def in_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InPlace]:
    """The sample company's export of three weeks, in a table like Google's."""
    folder = tmp_path_factory.mktemp("in_place")
    bills = folder / "bills"
    end = date(2026, 11, 4)
    write_bills(bills, days=8, end=end, seed=1, rows_per_day=1, clouds=["gcp"])
    with BigQuery() as server:
        server.make_dataset(f"{PROJECT}.billing")
        for file in sorted(bills.rglob("gcp/**/*.parquet")):
            # Without its folder, which a reader of datasets takes for a column.
            export(server, pq.read_table(io.BytesIO(file.read_bytes())))
        environment = {
            **os.environ,
            **source_settings(bills),
            **settings(server, folder),
            "LLM_COSTS_TARGET": "bq",
            "LLM_COSTS_CLOUDS": "gcp",
            "LLM_COSTS_BIGQUERY_BILLING_EXPORT": EXPORT,
            "LLM_COSTS_DUCKDB_PATH": str(folder / "llm_costs.duckdb"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DLT_DATA_DIR": str(folder / "dlt"),
        }
        yield InPlace(server=server, environment=environment, files=bills)


def export(server: BigQuery, rows: pa.Table) -> None:
    """Export rows as Google does: each day's to the partition of that day."""
    if EXPORT not in server.warehouse.tables:
        columns = {field.name: from_field(_field(field)) for field in rows.schema}
        layout = {"timePartitioning": {"type": "DAY"}}
        server.warehouse.put(EXPORT, make_table(columns, layout))
    project, dataset, table = EXPORT.split(".")
    days = pc.strftime(rows["export_time"], "%Y%m%d")
    for day in sorted(set(days.to_pylist())):
        file = io.BytesIO()
        pq.write_table(rows.filter(pc.equal(days, day)), file)
        target = {
            "projectId": project,
            "datasetId": dataset,
            "tableId": f"{table}${day}",
        }
        config = {"destinationTable": target, "sourceFormat": "PARQUET"}
        load(server.warehouse, config, file.getvalue())


def _field(field: pa.Field) -> dict[str, Any]:
    kind, mode = field.type, "NULLABLE"
    if pa.types.is_list(kind):
        kind, mode = kind.value_type, "REPEATED"
    found = {"name": field.name, "mode": mode}
    if pa.types.is_struct(kind):
        return {**found, "type": "RECORD", "fields": [_field(part) for part in kind]}
    names = {
        pa.string(): "STRING",
        pa.float64(): "FLOAT64",
        pa.bool_(): "BOOL",
        pa.timestamp("us", "UTC"): "TIMESTAMP",
        pa.decimal128(38, 9): "NUMERIC",
    }
    return {**found, "type": names[kind]}


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
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-4000:]
    return done.stdout


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


def test_in_place_is_the_same_as_from_files(in_place: InPlace) -> None:
    """Harm: with the same bill, BigQuery says one cost and DuckDB another."""
    assert "loaded" in work(in_place.environment)
    by_files = {**in_place.environment, "LLM_COSTS_TARGET": "duckdb"}
    work(by_files)
    path = in_place.environment["LLM_COSTS_DUCKDB_PATH"]
    with duckdb.connect(path, read_only=True) as connection:
        rows, others, ledger = (
            connection.execute(sql).fetchall() for sql in (ROWS, OTHERS, LEDGER)
        )
    ours = query(in_place.server, ROWS)
    assert len(ours) > 500
    assert staged(ours) == staged(rows)
    assert sorted(query(in_place.server, OTHERS), key=repr) == sorted(others, key=repr)
    assert sorted(query(in_place.server, LEDGER)) == sorted(ledger)
    assert not query(in_place.server, "select load_id from raw_gcp.billing_rows")


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
    export(in_place.server, late.set_column(place, "export_time", later))
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
