"""Exporting FOCUS files: whole months, true types, and never half a file."""

import csv
import json
import os
import signal
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import commands
import duckdb
import pytest
from typer.testing import CliRunner, Result

from orchestrate import focus_files
from orchestrate.cli import app

# The months that forty days of sample bills touch.
MONTHS = ["2026-10", "2026-11"]

Export = Callable[..., Result]


@pytest.fixture
def export(
    built_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Export:
    """Give the function that runs the command on the built warehouse."""
    monkeypatch.setenv("LLM_COSTS_DUCKDB_PATH", str(built_warehouse))
    monkeypatch.setenv("LLM_COSTS_SERVING_PATH", str(tmp_path / "serving.duckdb"))

    def run(*arguments: str) -> Result:
        out = ["--out", str(tmp_path / "out")]
        return CliRunner().invoke(app, ["export", "focus", *out, *arguments])

    return run


def _query(query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()


def _billed(warehouse: Path, month: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            """
            select billing_currency, count(*), sum(cost_in_billing_currency)
            from multi_cloud_costs.unified_costs
            where invoice_month = ?
            group by billing_currency
            order by billing_currency
            """,
            [month],
        ).fetchall()


def test_writes_one_file_per_month_that_sums_to_the_invoices(
    export: Export, built_warehouse: Path, tmp_path: Path
) -> None:
    """A row lost on the way out is money that no report misses."""
    result = export()

    assert result.exit_code == 0, result.output
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == [
        *(f"focus_costs_{month}.parquet" for month in MONTHS),
        "focus_export.json",
        "focus_schema.json",
    ]
    for month in MONTHS:
        path = tmp_path / "out" / f"focus_costs_{month}.parquet"
        found = _query(
            f"select BillingCurrency, count(*), sum(BilledCost) from '{path}' "
            "group by BillingCurrency order by BillingCurrency"
        )
        assert found == _billed(built_warehouse, month)


def test_parquet_keeps_ids_as_text_money_as_decimals_and_times_in_utc(
    export: Export, tmp_path: Path
) -> None:
    """An account id read as a number loses its zeros, money as a float its cents."""
    assert export("--month", "2026-10").exit_code == 0

    path = tmp_path / "out" / "focus_costs_2026-10.parquet"
    types = {
        name: kind for name, kind, *_ in _query(f"describe select * from '{path}'")
    }
    assert types["BillingAccountId"] == "VARCHAR"
    assert types["BilledCost"] == "DECIMAL(28,9)"
    assert types["ChargePeriodStart"] == "TIMESTAMP WITH TIME ZONE"
    keys = dict(_query(f"select key, value from parquet_kv_metadata('{path}')"))
    assert keys[b"FocusVersion"] == b"1.2"


def test_csv_writes_times_and_numbers_as_focus_wants(
    export: Export, tmp_path: Path
) -> None:
    """A reader that guesses a zone or cannot read an exponent gets other figures."""
    assert export("--month", "2026-11", "--format", "csv").exit_code == 0

    path = tmp_path / "out" / "focus_costs_2026-11.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["ChargePeriodStart"][10:] for row in rows} == {"T00:00:00Z"}
    assert {row["BillingPeriodStart"] for row in rows} == {
        "2026-11-01T00:00:00Z",
        "2026-11-01T07:00:00Z",
    }
    prices = [row["ListUnitPrice"] for row in rows if row["ListUnitPrice"]]
    assert prices
    assert not any("e" in price for price in prices)
    assert {
        row["ConsumedQuantity"] for row in rows if row["ChargeCategory"] == "Tax"
    } <= {""}
    tags = [json.loads(row["Tags"]) for row in rows if row["Tags"]]
    assert {key for tag in tags for key in tag} == {
        *("customer", "team", "environment", "feature")
    }
    assert all(Decimal(row["BilledCost"]).is_finite() for row in rows)


def test_the_metadata_describe_the_files(export: Export, tmp_path: Path) -> None:
    """Without a schema a reader guesses precision, and which FOCUS this is."""
    assert export("--month", "2026-10").exit_code == 0
    schema = json.loads((tmp_path / "out" / "focus_schema.json").read_text("utf-8"))
    exported = json.loads((tmp_path / "out" / "focus_export.json").read_text("utf-8"))

    columns = {c["ColumnName"]: c for c in schema["ColumnDefinition"]}
    assert schema["FocusVersion"] == "1.2"
    assert columns["BilledCost"]["NumberScale"] == 9
    assert columns["ChargePeriodEnd"]["DataType"] == "DATETIME"
    assert columns["Tags"] == {
        "ColumnName": "Tags",
        "DataType": "JSON",
        "ProviderTagPrefixes": [],
    }
    path = tmp_path / "out" / "focus_costs_2026-10.parquet"
    assert exported == {
        "SchemaId": schema["SchemaId"],
        "data_location": [
            {
                "filepath": path.name,
                "total_bytes": path.stat().st_size,
                "total_rows": _query(f"select count(*) from '{path}'")[0][0],
            }
        ],
    }


def test_the_same_costs_make_the_same_files_and_schema(
    export: Export, tmp_path: Path
) -> None:
    """A file that changes without its costs is loaded again by every reader."""
    export("--month", "2026-10", "--format", "csv")
    first = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    export("--month", "2026-10", "--format", "csv")

    assert first == {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}


def test_reads_the_published_copy_where_there_is_one(
    export: Export, warehouse_copy: Path, tmp_path: Path
) -> None:
    """The warehouse may stand between two tables of a run; readers must not."""
    with duckdb.connect(str(warehouse_copy)) as connection:
        connection.execute(
            "delete from multi_cloud_costs.focus_costs "
            """where "x_InvoiceMonth" != '2026-11'"""
        )
    warehouse_copy.rename(tmp_path / "serving.duckdb")

    assert export().exit_code == 0

    written = sorted((tmp_path / "out").glob("*.parquet"))
    assert [path.name for path in written] == ["focus_costs_2026-11.parquet"]


def test_an_export_that_fails_leaves_the_last_one(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half an export beside the other half of the last one is neither."""
    export("--format", "csv")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    def fail(*_: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(focus_files, "_list_files", fail)
    result = export("--format", "csv", "--month", "2026-10")

    assert result.exit_code == 2
    assert "No space left on device" in result.output
    assert before == {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}


# Kills the process when a file is to get its name, or before a month is written.
KILLED = """
import os, signal, sys
from pathlib import Path
from orchestrate import focus_files
from orchestrate.cli import app

counts = {"written": 0, "renamed": 0}

def dying(name, action):
    def act(*arguments):
        counts[name] += 1
        if f"{name} {counts[name]}" == sys.argv[-2]:
            os.kill(os.getpid(), signal.SIGKILL)
        return action(*arguments)
    return act

focus_files._copy = dying("written", focus_files._copy)
Path.replace = dying("renamed", Path.replace)
app(["export", "focus", "--format", "csv", "--out", sys.argv[-1]])
"""
# Two months, the schema and the list: the first and the last of each step.
POINTS = {
    "written 1": 0,
    "written 2": 0,
    "renamed 1": 0,
    "renamed 2": 1,
    "renamed 4": 3,
}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Path]:
    """Give the function that makes marts of two months; a line costs what it says."""
    warehouse = tmp_path / "small.duckdb"
    monkeypatch.setenv("LLM_COSTS_DUCKDB_PATH", str(warehouse))
    monkeypatch.setenv("LLM_COSTS_SERVING_PATH", str(tmp_path / "serving.duckdb"))

    def make(cost: int) -> Path:
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute("create schema if not exists multi_cloud_costs")
            connection.execute(
                "create or replace table multi_cloud_costs.focus_costs as "
                f'select cast({cost} as decimal(28, 9)) as "BilledCost", '
                'range as "x_UnifiedCostId", month as "x_InvoiceMonth", '
                "cast(month || '-05' as timestamp) as \"ChargePeriodStart\" "
                f"from range(500), (select unnest({MONTHS}) as month)"
            )
        return tmp_path / "out"

    return make


def _write(out: Path) -> int:
    arguments = ["export", "focus", "--format", "csv", "--out", str(out)]
    return CliRunner().invoke(app, arguments).exit_code


@pytest.mark.parametrize(("point", "new"), POINTS.items())
def test_an_export_that_is_killed_leaves_every_file_whole(
    small: Callable[[int], Path], point: str, new: int
) -> None:
    """Half a month in a place where others read it is a month with half its cost."""
    out = small(1)
    assert _write(out) == 0
    names = sorted(path.name for path in out.iterdir())
    before = {name: (out / name).read_bytes() for name in names}
    small(10)

    command = [sys.executable, "-c", KILLED, point, str(out)]
    assert commands.run(command).returncode == -signal.SIGKILL

    seen = {name: (out / name).read_bytes() for name in names}
    left = {path.name for path in out.iterdir()} - set(names)
    assert bool(left) == (point != "written 1")
    assert all(name.startswith(".") for name in left)
    assert _write(out) == 0
    after = {path.name: path.read_bytes() for path in out.iterdir()}
    assert sorted(after) == names
    assert all(seen[name] in {before[name], after[name]} for name in names)
    months = {f"focus_costs_{month}.csv" for month in MONTHS}
    assert all(before[name] != after[name] for name in months)
    assert sum(seen[name] != before[name] for name in months) == min(new, len(months))


def test_the_draft_of_an_export_that_runs_is_left_alone(
    small: Callable[[int], Path],
) -> None:
    """Two exports at once would take each other's files away."""
    out = small(1)
    out.mkdir()
    running = out / f".focus_costs_2026-10.{os.getppid()}.draft.csv"
    running.touch()

    assert _write(out) == 0

    assert running.exists()


@pytest.mark.parametrize(
    "name", [".notes.2025.draft.txt", ".budget.99999999.draft.csv"]
)
def test_a_draft_of_somebody_else_is_left_alone(
    small: Callable[[int], Path], name: str
) -> None:
    """The folder is the user's, and so are the notes that he keeps in it."""
    out = small(1)
    out.mkdir()
    (out / name).write_text("mine")

    assert _write(out) == 0

    assert (out / name).read_text() == "mine"


def test_a_month_without_cost_names_the_months_that_have_some(
    export: Export, tmp_path: Path
) -> None:
    """An empty file would say that nothing was spent."""
    result = export("--month", "2026-10", "--month", "2025-01")

    assert result.exit_code == 2
    assert "No AI cost was billed in 2025-01." in result.output
    assert "2026-10, 2026-11" in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "October"])
def test_what_is_no_month_is_refused(export: Export, month: str) -> None:
    """A typing error must not read as a month without cost."""
    result = export("--month", month)

    assert result.exit_code == 2
    assert f"'{month}' is not a month." in result.output


def _no_marts(folder: Path) -> Path:
    return folder / "none.duckdb"


def _no_tables(folder: Path) -> Path:
    path = folder / "loaded.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table x as select 1 as y")
    return path


def _no_rows(folder: Path) -> Path:
    path = folder / "empty.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema multi_cloud_costs")
        connection.execute(
            "create table multi_cloud_costs.focus_costs "
            '("ChargePeriodStart" timestamp, "x_InvoiceMonth" varchar)'
        )
    return path


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_no_marts, "There are no marts"),
        (_no_tables, "has no focus_costs"),
        (_no_rows, "focus_costs is empty"),
    ],
)
def test_says_what_to_do_where_there_is_nothing_to_export(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Path], Path],
    message: str,
) -> None:
    """A traceback on the first day teaches nothing."""
    monkeypatch.setenv("LLM_COSTS_DUCKDB_PATH", str(make(tmp_path)))
    monkeypatch.setenv("LLM_COSTS_SERVING_PATH", str(tmp_path / "serving.duckdb"))

    result = CliRunner().invoke(
        app, ["export", "focus", "--out", str(tmp_path / "out")]
    )

    assert result.exit_code == 2
    assert message in result.output
    assert "llm-costs run" in result.output
    assert not (tmp_path / "out").exists()


def test_another_warehouse_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An export of yesterday's local file is not one of the warehouse in use."""
    monkeypatch.setenv("LLM_COSTS_TARGET", "bq")

    result = CliRunner().invoke(app, ["export", "focus"])

    assert result.exit_code == 2
    assert "The marts are in bq" in result.output
