"""`dbt build` where something is missing or wrong."""

import re
from pathlib import Path

import duckdb
from dbt_runs import NO_UNIT_TESTS, dbt, try_dbt

CHAT = "select count(*) from multi_cloud_costs.chat_usage"


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
    done = try_dbt(warehouse_copy, "build", *NO_UNIT_TESTS)
    assert done.returncode != 0
    assert "every_currency_has_a_rate_in_seeds_exchange_rates_csv" in done.stdout
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
    done = try_dbt(warehouse_copy, "build", *NO_UNIT_TESTS)
    assert done.returncode != 0
    assert "every_loaded_bill_is_reconciled" in done.stdout


def test_a_warehouse_whose_loader_knew_of_no_chat_is_built(
    warehouse_copy: Path,
) -> None:
    """An update would end with a missing table until the next load makes it."""
    with duckdb.connect(str(warehouse_copy)) as connection:
        ((before,),) = connection.sql(CHAT).fetchall()
        connection.execute("drop table raw_ops.chat_usage")
    dbt(warehouse_copy, "build", "--select", "+chat_usage")
    with duckdb.connect(str(warehouse_copy), read_only=True) as connection:
        ((after,),) = connection.sql(CHAT).fetchall()
    assert before
    assert not after


def test_everything_passes_and_a_second_build_changes_nothing(
    warehouse_copy: Path,
) -> None:
    """A morning without new bills must not move yesterday's figure."""
    before = total(warehouse_copy)
    output = dbt(warehouse_copy, "build")
    assert re.search(r"\d{3} data tests", output)
    assert re.search(r"\d{3} unit tests", output)
    assert total(warehouse_copy) == before
