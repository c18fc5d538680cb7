"""Incremental builds against the one thing they must equal: a build of everything."""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from commands import checked
from dbt_runs import UNTESTED, are_same, copy_warehouse, dbt

from sample_bills import write_bills

START = date(2026, 10, 12)
# A month begins, goes on, and is restated by the provider after it has ended.
DELIVERIES = [
    (date(2026, 10, 30), ()),
    (date(2026, 11, 1), ()),
    (date(2026, 11, 4), ("2026-10",)),
]
# A seed, a macro and a model, each edited so that a figure moves.
EDITS = [
    ("seeds/exchange_rates.csv", "2026-11-01,EUR,1.11", "2026-11-01,EUR,1.31"),
    (
        "macros/units/convert_charge.sql",
        "else {{ convert_money(",
        "else 2 * {{ convert_money(",
    ),
    (
        "models/intermediate/allocation/int_attributed_costs.sql",
        "            charges.cost_usd,",
        "            3 * charges.cost_usd as cost_usd,",
    ),
]
# Sums of what the bills say, equal to the last decimal; other marts hold statistics.
EXACT = {
    "int_daily_charges",
    "unified_costs",
    "daily_costs",
    "model_costs",
    "customer_costs",
    "excluded_costs",
    "load_reconciliation",
    "attribution_coverage",
}
# Seeds and models without their tests, which other files run.
BUILD = ("build", *UNTESTED)
SELECTED = (*BUILD, "--select", "+unified_costs")


def differences(left: Path, right: Path) -> dict[str, int]:
    """Count the rows that only one of two warehouses has, by table."""
    with duckdb.connect() as connection:
        for name, path in (("one", left), ("other", right)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        tables = connection.execute(
            """
            select table_schema, table_name
            from information_schema.tables
            where table_catalog = 'one'
                and table_schema in ('multi_cloud_costs', 'multi_cloud_costs_staging')
                and table_type = 'BASE TABLE'
            """
        ).fetchall()
        found = {}
        for schema, table in tables:
            one, other = (
                connection.execute(
                    f"from {name}.{schema}.{table} order by all"
                ).fetchall()
                for name in ("one", "other")
            )
            found[table] = abs(len(one) - len(other)) + sum(
                a != b and (table in EXACT or not are_same(a, b))
                for a, b in zip(one, other, strict=False)
            )
    assert "unified_costs" in found
    assert "cost_anomalies" in found
    return {table: count for table, count in found.items() if count}


def copy_of(warehouse: Path, name: str) -> Path:
    """Copy a warehouse to a folder of its own, under the same file name."""
    return copy_warehouse(warehouse, warehouse.parent / name)


def total(warehouse: Path) -> object:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            "select sum(cost_usd), count(*), sum(usage_amount) "
            "from multi_cloud_costs.unified_costs"
        ).fetchone()


def unattributed(warehouse: Path) -> object:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            "select sum(cost_usd) from multi_cloud_costs.unified_costs "
            "where customer_id = 'unattributed'"
        ).fetchone()


def test_a_history_of_days_gives_the_marts_that_a_full_refresh_gives(
    tmp_path: Path, make_environment: Callable[[Path, Path], dict[str, str]]
) -> None:
    """A warehouse that lives long must not drift away from its bills."""
    bills = tmp_path / "bills"
    warehouse = tmp_path / "llm_costs.duckdb"
    totals = []
    for end, restated in DELIVERIES:
        write_bills(bills, start=START, end=end, seed=3, restate=restated)
        environment = make_environment(tmp_path, bills)
        checked([sys.executable, "-c", "import extract; extract.run()"], environment)
        dbt(warehouse, *BUILD)
        totals.append(total(warehouse))
    assert len(set(totals)) == len(DELIVERIES)
    anew = copy_of(warehouse, "anew")
    dbt(anew, *BUILD, "--full-refresh")
    assert differences(warehouse, anew) == {}


def test_a_build_without_new_bills_reads_no_line_again(warehouse_copy: Path) -> None:
    """What a morning's build costs must not grow with the years of history."""
    with duckdb.connect(str(warehouse_copy)) as connection:
        connection.execute("update raw_aws.cur_line_items set tags = null")
        connection.execute(
            "update raw_aws.cur_line_items set line_item_unblended_cost = 0"
        )
    before = total(warehouse_copy)
    dbt(warehouse_copy, *SELECTED)
    assert total(warehouse_copy) == before
    dbt(warehouse_copy, *SELECTED, "--full-refresh")
    assert total(warehouse_copy) != before


def test_a_build_that_died_between_delete_and_insert_is_made_up_for(
    warehouse_copy: Path,
) -> None:
    """On engines without transactions a crash leaves a bill out of a table."""
    intact = copy_of(warehouse_copy, "intact")
    with duckdb.connect(str(warehouse_copy)) as connection:
        for table in (
            "multi_cloud_costs_staging.int_daily_charges",
            "multi_cloud_costs.unified_costs",
        ):
            newest = f"select max(load_id) from {table}"
            connection.execute(f"delete from {table} where load_id = ({newest})")
    assert total(warehouse_copy) != total(intact)
    dbt(warehouse_copy, *BUILD)
    assert differences(warehouse_copy, intact) == {}


def test_a_warehouse_of_an_earlier_release_takes_new_columns(
    warehouse_copy: Path,
) -> None:
    """Old bills without the new column would be costs that no feature explains."""
    intact = copy_of(warehouse_copy, "intact")
    with duckdb.connect(str(warehouse_copy)) as connection:
        for table, column in (
            ("multi_cloud_costs_staging.int_daily_charges", "tagged_feature"),
            ("multi_cloud_costs.unified_costs", "feature"),
        ):
            connection.execute(f"alter table {table} drop column {column}")
            connection.execute(f"update {table} set definition_version = 'earlier'")
    dbt(warehouse_copy, *SELECTED)
    # A column that is added stands last.
    sums = (
        "select feature, customer_id, date, sum(cost_usd), sum(usage_amount) "
        "from multi_cloud_costs.unified_costs group by all order by all"
    )
    upgraded, built = (
        duckdb.connect(str(path), read_only=True).execute(sums).fetchall()
        for path in (warehouse_copy, intact)
    )
    assert upgraded == built
    assert {row[0] for row in upgraded} > {None, "chatbot", "search"}


def test_edited_rules_and_settings_reach_the_rows_of_old_bills(
    warehouse_copy: Path, own_project: Path
) -> None:
    """A corrected rate that only counts for new bills makes two truths of one table."""
    for file, old, new in EDITS:
        path = own_project / "dbt_project" / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")
        before = total(warehouse_copy)
        dbt(warehouse_copy, *SELECTED, project=own_project)
        assert total(warehouse_copy) != before, file
    settings = ("--vars", '{"customer_keys": ["nobody"]}')
    before = unattributed(warehouse_copy)
    dbt(warehouse_copy, *SELECTED, *settings, project=own_project)
    assert unattributed(warehouse_copy) != before
    anew = copy_of(warehouse_copy, "anew")
    dbt(anew, *SELECTED, "--full-refresh", *settings, project=own_project)
    assert differences(warehouse_copy, anew) == {}


@pytest.mark.parametrize(
    "partial", [("run",), ("run", "--select", "unified_costs")], ids=" ".join
)
def test_a_partial_build_leaves_nothing_behind(
    warehouse_copy: Path, own_project: Path, partial: tuple[str, ...]
) -> None:
    """Rows made of old seeds must not pass for rows of the edited ones."""
    file, old, new = EDITS[0]
    path = own_project / "dbt_project" / file
    path.write_text(
        path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8"
    )
    before = total(warehouse_copy)
    dbt(warehouse_copy, *partial, project=own_project)
    assert total(warehouse_copy) == before
    dbt(warehouse_copy, *SELECTED, project=own_project)
    assert total(warehouse_copy) != before
    anew = copy_of(warehouse_copy, "anew")
    dbt(anew, *SELECTED, "--full-refresh", project=own_project)
    assert differences(warehouse_copy, anew) == {}


def test_allocation_can_be_switched_on_and_off(warehouse_copy: Path) -> None:
    """A trial of the option must leave no allocated row behind."""
    before = copy_of(warehouse_copy, "before")
    dbt(warehouse_copy, *SELECTED, "--vars", '{"allocate_unattributed": true}')
    assert unattributed(warehouse_copy) != unattributed(before)
    dbt(warehouse_copy, *SELECTED)
    assert differences(warehouse_copy, before) == {}
