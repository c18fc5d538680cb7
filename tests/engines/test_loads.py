"""Loads into other warehouses replace a bill as a whole, whatever happens on the way.

tests/extract tries out far more on DuckDB; here is what depends on the engine.
"""

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from parity import Rows
from postgres_server import PostgresServer
from redshift_shim import RedshiftShim

import extract
from extract import warehouse
from extract.runner import Run

pytestmark = pytest.mark.engine

LINES = "raw_aws.cur_line_items"
CURRENT = f"""
    select sum(cast(line_item_unblended_cost as decimal(28, 9))), count(*)
    from {LINES}
    where load_id in (
        select load_id
        from raw_ops.load_ledger as entry
        where not exists (
            select 1
            from raw_ops.load_ledger as newer
            where newer.unit = entry.unit and newer.loaded_at > entry.loaded_at
        )
    )
"""


@dataclass
class Empty:
    """An empty warehouse, and the bucket that is loaded into it."""

    bucket: Path
    query: Callable[[str], Rows]


@pytest.fixture(scope="session")
def shim(postgres_server: PostgresServer) -> Iterator[RedshiftShim]:
    """What Redshift's drivers take for Redshift."""
    with RedshiftShim(postgres_server) as server:
        yield server


@pytest.fixture(scope="session")
def bills() -> ModuleType:
    """The module that writes small bills for the tests of the loaders."""
    path = Path("tests/extract/bills.py").resolve()
    spec = importlib.util.spec_from_file_location("small_bills", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=["postgres", "redshift"])
def empty(
    request: pytest.FixtureRequest,
    postgres_server: PostgresServer,
    shim: RedshiftShim,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Empty:
    """An empty database of each engine, which the settings lead to."""
    server = postgres_server if request.param == "postgres" else shim
    name = server.new_database()
    settings = {
        **server.environment(name),
        "DLT_DATA_DIR": str(tmp_path / "dlt"),
        "SOURCES__AWS_CUR__BUCKET_URL": f"file://{tmp_path / 'aws'}",
    }
    for key, value in settings.items():
        monkeypatch.setenv(key, value)
    return Empty(
        bucket=tmp_path / "aws",
        query=lambda sql: postgres_server.execute(sql, database=name),
    )


def load() -> dict[str, str]:
    results = extract.run(["aws_cur"], progress=False)
    return {result.billing_period: result.status for result in results}


def test_values_arrive_as_they_were_read(empty: Empty, bills: ModuleType) -> None:
    """Harm: an empty text becomes null, or a quotation mark ends a row."""
    words = 'a "b", c\n\\N é \t'
    line = bills.cur_line(1, 0.1 + 0.2, line_item_usage_type=words)
    other = bills.cur_line(2, line_item_product_code="other", bill_billing_entity="")
    bills.write_cur(empty.bucket, "2026-10", [line, other, *bills.cur_lines()])
    assert load() == {"2026-10": "loaded"}
    values = (
        "select line_item_usage_type, line_item_resource_id, line_item_unblended_cost,"
        f" line_item_usage_start_date, bill_invoice_id is null from {LINES}"
    )
    row = next(row for row in empty.query(values) if row[0] == words)
    start = line["line_item_usage_start_date"]
    assert row == (words, None, 0.1 + 0.2, start, True)
    totals = "select bill_billing_entity from raw_aws.cur_filtered_totals"
    assert ("",) in empty.query(f"{totals} where line_item_product_code = 'other'")


def test_a_restated_period_replaces_what_was_loaded_of_it_and_no_other(
    empty: Empty, bills: ModuleType
) -> None:
    """Harm: lines that a restatement drops or changes live on in the warehouse."""
    bills.write_cur(empty.bucket, "2026-09", bills.cur_lines(ai=4))
    bills.write_cur(empty.bucket, "2026-10", bills.cur_lines(ai=10))
    load()
    restated = [bills.cur_line(n, 2.0) for n in range(8)]
    bills.write_cur(empty.bucket, "2026-10", restated, execution="execution-2")
    assert load() == {"2026-09": "unchanged", "2026-10": "loaded"}
    assert empty.query(CURRENT) == [(Decimal(4 + 16), 12)]
    assert empty.query(f"select count(*) from {LINES}") == [(12,)]


@pytest.mark.parametrize(
    "crash",
    [
        (Run, "_verify", "before"),
        (warehouse.Warehouse, "publish", "before"),
        (warehouse.Warehouse, "publish", "after"),
        (warehouse.Warehouse, "prune", "before"),
    ],
)
def test_a_crash_leaves_a_good_state_and_the_next_run_repairs_it(
    empty: Empty,
    bills: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    crash: tuple[type, str, str],
) -> None:
    """Harm: a process killed half-way loses or doubles a month."""
    bills.write_cur(empty.bucket, "2026-10", bills.cur_lines(ai=10))
    load()
    restated = bills.cur_lines(ai=12)
    bills.write_cur(empty.bucket, "2026-10", restated, execution="execution-2")
    where, name, moment = crash
    original = getattr(where, name)

    def die(self: Any, *arguments: Any, **options: Any) -> None:
        if moment == "after":
            original(self, *arguments, **options)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(where, name, die)
        with pytest.raises(KeyboardInterrupt):
            load()
    is_published = (name, moment) in {("publish", "after"), ("prune", "before")}
    expected = 12 if is_published else 10
    assert empty.query(CURRENT) == [(Decimal(expected), expected)]
    load()
    assert empty.query(CURRENT) == [(Decimal(12), 12)]
