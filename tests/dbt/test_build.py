"""`dbt build` where something is missing or wrong."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]


def build(warehouse: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    folder = warehouse.parent
    done = subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), "build", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "LLM_COSTS_DUCKDB_PATH": str(warehouse),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            **settings,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def total(warehouse: Path) -> object:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            "select sum(cost_usd), count(*) from multi_cloud_costs.unified_costs"
        ).fetchone()


def test_an_unknown_currency_stops_the_build_and_the_marts_stay(
    warehouse_copy: Path,
) -> None:
    """A made-up rate would be a made-up cost; an empty mart would be an outage."""
    before = total(warehouse_copy)
    with duckdb.connect(str(warehouse_copy)) as connection:
        connection.execute("update raw_azure.cost_rows set currency = 'XTS'")
    status, output = build(warehouse_copy, "--exclude-resource-type", "unit_test")
    assert status != 0
    assert "every_currency_has_a_rate_in_seeds_exchange_rates_csv" in output
    assert total(warehouse_copy) == before


def test_a_lost_line_stops_the_build_before_anyone_reads_the_total(
    warehouse_copy: Path,
) -> None:
    """A bill that lost a line looks like a saving."""
    with duckdb.connect(str(warehouse_copy)) as connection:
        connection.execute(
            """
            delete from raw_aws.cur_line_items
            where line_item_unblended_cost = (
                select max(line_item_unblended_cost) from raw_aws.cur_line_items
            )
            """
        )
    status, output = build(warehouse_copy, "--exclude-resource-type", "unit_test")
    assert status != 0
    assert "every_loaded_bill_is_reconciled" in output


def test_a_target_may_hold_one_cloud_only(warehouse_copy: Path) -> None:
    """A team on one cloud must not need the other two to build."""
    with duckdb.connect(str(warehouse_copy)) as connection:
        connection.execute("drop schema raw_azure cascade")
        connection.execute("drop schema raw_gcp cascade")
    status, output = build(warehouse_copy, LLM_COSTS_CLOUDS="aws")
    assert status == 0, output
    with duckdb.connect(str(warehouse_copy), read_only=True) as connection:
        clouds = connection.execute(
            "select distinct cloud_provider from multi_cloud_costs.unified_costs"
        ).fetchall()
    assert clouds == [("AWS",)]


def test_a_second_build_changes_nothing(warehouse_copy: Path) -> None:
    """A morning without new bills must not move yesterday's figure."""
    before = total(warehouse_copy)
    status, output = build(warehouse_copy, "--exclude-resource-type", "unit_test")
    assert status == 0, output
    assert total(warehouse_copy) == before
