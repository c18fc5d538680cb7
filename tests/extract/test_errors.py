"""What goes wrong is said in one message that names the culprit and the way out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from extract_bills import (
    CUR_SCHEMA,
    cur_line,
    cur_lines,
    gcp_row,
    write_azure,
    write_cur,
    write_gcp,
    write_manifest,
)

import extract
from extract.errors import ExtractError

TABLE = "raw_aws.cur_line_items"


def load(source: str = "aws_cur", **options: Any) -> Any:
    return extract.run([source], progress=False, **options)


@pytest.fixture
def loaded(world):
    """A good month, loaded; every error has to leave it as it is."""
    write_cur(world.bucket, "2026-10", cur_lines())
    load()
    return world


def assert_untouched(world: Any) -> None:
    assert world.current_cost(TABLE, "line_item_unblended_cost") == 10
    assert len(world.ledger()) == 1


@pytest.mark.parametrize(
    ("source", "setting"),
    [
        ("aws_cur", "sources.aws_cur.bucket_url"),
        ("azure_costs", "sources.azure_costs.base_url"),
        ("gcp_billing", "sources.gcp_billing.export_url"),
    ],
)
def test_a_missing_folder_is_named_with_its_setting(world, source, setting):
    """A wrong path must not look like a month without costs."""
    for folder in (world.bucket, world.azure, world.gcp):
        folder.rmdir()
    (result,) = load(source)
    assert result.status == "failed"
    assert result.message.startswith("There is no folder")
    assert setting in result.message


def test_an_export_that_is_not_there_is_named_with_those_that_are(loaded, monkeypatch):
    """The export's name is the setting that is mistyped first."""
    monkeypatch.setenv("SOURCES__AWS_CUR__EXPORT_NAME", "llm-cost")
    (result,) = load()
    assert "There is no export 'llm-cost'" in result.message
    assert "it holds llm-costs" in result.message
    assert_untouched(loaded)


def test_a_file_that_the_manifest_lists_and_is_missing_is_named(loaded):
    """Reading the files that are there would load a part of the bill."""
    paths = write_cur(loaded.bucket, "2026-10", cur_lines(ai=20), files=2)
    paths[1].unlink()
    (result,) = load()
    assert "llm-costs-00002.snappy.parquet is missing" in result.message
    assert "llm-costs-Manifest.json lists it" in result.message
    assert_untouched(loaded)


def test_a_manifest_that_is_cut_off_is_named(loaded):
    """An upload that is under way shows half a file."""
    path = write_manifest(loaded.bucket, "2026-10", [])
    path.write_text(path.read_text()[:40])
    (result,) = load()
    assert "llm-costs-Manifest.json is not JSON" in result.message
    assert_untouched(loaded)


def test_a_truncated_file_is_named_and_other_periods_still_load(loaded):
    """One broken copy must not hold up the other months."""
    paths = write_cur(loaded.bucket, "2026-10", cur_lines(ai=20), files=2)
    paths[1].write_bytes(paths[1].read_bytes()[:-50])
    write_cur(loaded.bucket, "2026-11", cur_lines(ai=3))
    results = load()
    assert [result.status for result in results] == ["failed", "loaded"]
    assert str(paths[1]) in results[0].message
    assert loaded.current_cost(TABLE, "line_item_unblended_cost") == 13


def test_a_value_that_does_not_fit_its_column_is_named(loaded):
    """A cost that became text would be landed as null by a lenient cast."""
    index = CUR_SCHEMA.get_field_index("line_item_unblended_cost")
    schema = CUR_SCHEMA.set(index, pa.field("line_item_unblended_cost", pa.string()))
    good = cur_line(1, line_item_unblended_cost="1.5")
    bad = cur_line(2, line_item_unblended_cost="1,5")
    (path,) = write_cur(loaded.bucket, "2026-10", [good] * 10 + [bad], schema=schema)
    (result,) = load()
    assert f"column line_item_unblended_cost of {path} does not fit" in result.message
    assert "1,5" in result.message
    assert_untouched(loaded)


def test_a_column_of_an_impossible_type_is_named(loaded):
    """A map cannot be a cost, and no cast makes it one."""
    index = CUR_SCHEMA.get_field_index("line_item_unblended_cost")
    schema = CUR_SCHEMA.set(
        index, pa.field("line_item_unblended_cost", pa.list_(pa.float64()))
    )
    line = cur_line(1, line_item_unblended_cost=[1.0])
    write_cur(loaded.bucket, "2026-10", [line] * 10, schema=schema)
    (result,) = load()
    assert 'Column "line_item_unblended_cost" is a list' in result.message
    assert_untouched(loaded)


def test_a_column_without_which_nothing_adds_up_is_asked_for(loaded):
    """An export's owner chooses its columns; most may be missing, not the cost."""
    index = CUR_SCHEMA.get_field_index("line_item_unblended_cost")
    write_cur(loaded.bucket, "2026-10", cur_lines(), schema=CUR_SCHEMA.remove(index))
    (result,) = load()
    assert "has no column line_item_unblended_cost" in result.message
    assert_untouched(loaded)


def test_a_file_of_no_known_format_is_refused_by_its_name(loaded):
    """Read as CSV, anything would give some columns."""
    write_manifest(
        loaded.bucket,
        "2026-10",
        ["exports/llm-costs/data/BILLING_PERIOD=2026-10/llm-costs-00001.orc"],
    )
    (result,) = load()
    assert "only Parquet and CSV (plain, gzip or zip) are read" in result.message
    assert_untouched(loaded)


@pytest.mark.parametrize("period", ["2026-13", "october", "2026-1", "202610"])
def test_a_period_that_is_no_month_is_refused(loaded, period):
    """A mistyped month would load nothing and say that all is well."""
    with pytest.raises(ExtractError, match="written as YYYY-MM"):
        load(periods=[period])
    assert_untouched(loaded)


def test_a_period_that_no_source_has_is_refused_with_those_there_are(loaded):
    """As above, for a month that is well written."""
    with pytest.raises(ExtractError, match="they have 2026-10 to 2026-10"):
        load(periods=["2031-01"])
    assert_untouched(loaded)


def test_an_unknown_source_and_an_unknown_target_are_named(loaded, monkeypatch):
    """A typing error is answered with what there is to choose from."""
    with pytest.raises(ExtractError, match="aws_cur, azure_costs, gcp_billing"):
        load("aws")
    monkeypatch.setenv("LLM_COSTS_TARGET", "snowflake")
    with pytest.raises(ExtractError, match="duckdb, postgres, redshift, bq, sqlserver"):
        load()


HOLD = """
import sys, duckdb
with duckdb.connect(sys.argv[1]):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_warehouse_in_use_by_another_process_is_named(loaded):
    """Two runs at once would prune each other's rows."""
    command = [sys.executable, "-c", HOLD, str(loaded.warehouse)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(ExtractError, match="in use by another process") as caught:
            load()
        holder.communicate()
    assert str(loaded.warehouse) in str(caught.value)
    assert_untouched(loaded)


def test_a_file_that_is_no_warehouse_is_named(loaded):
    """The path of another file must not be taken over."""
    loaded.warehouse.write_bytes(b"not a database" * 1_000)
    with pytest.raises(ExtractError, match="LLM_COSTS_DUCKDB_PATH"):
        load()


def test_one_source_that_fails_does_not_stop_the_others(world):
    """A token that has expired in one cloud must not blind the other two."""
    write_gcp(world.gcp, "202610", [gcp_row()])
    write_azure(world.azure, "2026-10", [])
    shutil.rmtree(world.bucket)
    results = extract.run(progress=False)
    assert [(r.source, r.status) for r in results] == [
        ("aws_cur", "failed"),
        ("azure_costs", "loaded"),
        ("gcp_billing", "loaded"),
    ]


def test_gcp_files_that_are_broken_or_of_another_table_are_named(world):
    """The standard export and the detailed one lie side by side in a bucket."""
    path = write_gcp(world.gcp, "202610", [gcp_row()])
    path.write_bytes(path.read_bytes()[:100])
    (result,) = load("gcp_billing")
    assert str(path) in result.message
    pq.write_table(pa.table({"cost": [1.0]}), path)
    (result,) = load("gcp_billing")
    assert "has no column currency, service.description" in result.message
    shutil.rmtree(world.gcp)
    world.gcp.mkdir()
    (result,) = load("gcp_billing")
    assert "has no folder <billing account>/invoice_month=YYYYMM" in result.message


def test_a_file_of_no_bytes_is_named_and_one_of_no_lines_is_read(loaded):
    """A file cut off to nothing was left out, and the month published short."""
    paths = write_cur(loaded.bucket, "2026-10", cur_lines(ai=20), files=3)
    whole = paths[2].read_bytes()
    paths[2].write_bytes(b"")
    (result,) = load()
    assert result.status == "failed"
    assert "llm-costs-00003.snappy.parquet has 0 bytes" in result.message
    assert "Copy it again" in result.message
    assert_untouched(loaded)
    paths[2].write_bytes(whole)
    pq.write_table(pa.table({"surplus": pa.array([], pa.string())}), paths[2])
    (result,) = load()
    assert (result.status, result.rows) == ("loaded", 14)


@pytest.mark.parametrize(
    "column", ["line_item_unblended_cost", "line_item_product_code"]
)
def test_a_column_that_one_of_several_files_lacks_is_named(loaded, column):
    """The union of the files reads it as null, and the lines cost nothing."""
    paths = write_cur(loaded.bucket, "2026-10", cur_lines(ai=20), files=2)
    pq.write_table(pq.read_table(paths[1]).drop_columns(column), paths[1])
    (result,) = load()
    assert f"{paths[1]} has no column {column}." in result.message
    assert_untouched(loaded)


def test_lines_without_a_cost_are_counted_and_named(loaded):
    """A cost that is null was added up as 0, and the bill looked complete."""
    lines = cur_lines(ai=20)
    lines[1] = cur_line(1, line_item_unblended_cost=None)
    lines[3] = cur_line(3, line_item_unblended_cost=None)
    paths = write_cur(loaded.bucket, "2026-10", lines, files=2)
    (result,) = load()
    words = f"line_item_unblended_cost is null in 2 lines of {paths[1]}. Fetch"
    assert words in result.message
    assert_untouched(loaded)


def test_a_split_line_without_a_cost_is_no_error(loaded):
    """A bill with split cost allocation would be refused for shares of other lines."""
    schema = CUR_SCHEMA.append(pa.field("split_line_item_parent_resource_id", "string"))
    split = cur_line(
        1,
        line_item_product_code="AmazonEKS",
        line_item_unblended_cost=None,
        split_line_item_parent_resource_id="arn:aws:ec2:us-east-1:2:instance/i-1",
    )
    write_cur(loaded.bucket, "2026-10", [*cur_lines(ai=20), split], schema=schema)
    (result,) = load()
    assert (result.status, result.message) == ("loaded", "")


def test_gcp_files_are_checked_one_by_one(world):
    """As above, for a field of a struct; credits may be null, the cost may not."""
    path = write_gcp(world.gcp, "202610", [gcp_row(), gcp_row(2, credits=None)])
    (result,) = load("gcp_billing")
    assert result.status == "loaded"
    other = path.with_name("part-00002.parquet")
    row = gcp_row(3, service={"id": "C7E2-9256-1C43"})
    pq.write_table(pa.Table.from_pylist([row]), other)
    (result,) = load("gcp_billing")
    assert f"{other} has no column service.description." in result.message
    pq.write_table(pa.Table.from_pylist([gcp_row(3), gcp_row(4, cost=None)]), other)
    (result,) = load("gcp_billing")
    assert f"cost is null in 1 lines of {other}" in result.message


LOCK = """
import sys
from extract.lock import only_load
with only_load():
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_load_into_another_warehouse_at_the_same_time_is_named(loaded, monkeypatch):
    """Each would clear the working folder of the other as if it had crashed."""
    monkeypatch.setenv("LLM_COSTS_DUCKDB_PATH", str(loaded.warehouse) + "2")
    with subprocess.Popen(
        [sys.executable, "-c", LOCK],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(ExtractError, match="Another load is running") as caught:
            load()
        with monkeypatch.context() as patch:
            patch.setenv("DLT_DATA_DIR", str(loaded.warehouse.parent / "dlt2"))
            assert [result.status for result in load()] == ["loaded"]
        holder.communicate()
    assert "llm_costs.lock" in str(caught.value)
    assert "set DLT_DATA_DIR" in str(caught.value)
    assert [result.status for result in load()] == ["unchanged"]


def test_files_without_a_manifest_are_told_from_an_export_that_is_not_there(world):
    """Whoever copies data/ alone reads that his export, which he sees, is not there."""
    write_cur(world.bucket, "2026-10", cur_lines())
    metadata = world.bucket / "exports" / "llm-costs" / "metadata"
    (metadata / "BILLING_PERIOD=2026-10").rename(metadata / "BILLING_PERIOD=2026-1")
    (result,) = extract.run(["aws_cur"], progress=False)
    assert "exports/llm-costs has no manifest of a month" in result.message
    assert "where the folder is a copy, copy all of it" in result.message


def test_what_is_no_key_and_what_is_no_bucket_is_said(world, monkeypatch, tmp_path):
    """The innermost error of a file that is not JSON is the number 0."""
    section = "SOURCES__GCP_BILLING__"
    (tmp_path / "key.json").write_text("-----BEGIN")
    monkeypatch.setenv(f"{section}EXPORT_TABLES", "p-1.b.gcp_billing_export_v1_A")
    monkeypatch.setenv(f"{section}CREDENTIALS_FILE", f"{tmp_path}/key.json")
    (result,) = extract.run(["gcp_billing"], progress=False)
    assert "key.json is not JSON, as a key is. Set sources.gcp" in result.message
    monkeypatch.delenv(f"{section}EXPORT_TABLES")
    for url, words in (
        ("gs://", "names no bucket"),
        ("https://storage.googleapis.com/b", "is an address of the web"),
        ("bucket", "A bucket is written with its kind: s3://bucket"),
    ):
        monkeypatch.setenv(f"{section}EXPORT_URL", url)
        (result,) = extract.run(["gcp_billing"], progress=False)
        assert words in result.message
