"""A DuckDB file for each customer."""

from pathlib import Path

import duckdb
import pytest

from orchestrate.publish import publish_marts
from orchestrate.steps import StepFailed
from orchestrate.tenant_files import (
    file_name,
    publish_tenants,
    read_rules,
    remove_tenants,
)

ROOT = Path(__file__).resolve().parents[2]
SILENT = lambda _: None  # noqa: E731
TWINS = ("o'brien/../x", "o brien/../x")


@pytest.fixture
def serving(warehouse_copy: Path) -> Path:
    """A serving copy with customers whose ids are hostile."""
    with duckdb.connect(str(warehouse_copy)) as connection:
        for customer in TWINS:
            for mart in ("dim_customers", "customer_costs"):
                connection.execute(
                    f"insert into multi_cloud_costs.{mart} (customer_id) values (?)",
                    [customer],
                )
    serving = warehouse_copy.parent / "serving" / "llm_costs.duckdb"
    publish_marts(warehouse=warehouse_copy, serving=serving)
    return serving


def test_a_customer_s_file_has_all_its_rows_and_nothing_of_others(
    serving: Path,
) -> None:
    """Whoever can open a file reads all of it, and searches its bytes as well."""
    written = publish_tenants(serving=serving, report=SILENT)

    rules = read_rules(ROOT / "dbt_project.yml")
    with duckdb.connect(str(serving), read_only=True) as connection:
        customers = [
            name
            for (name,) in connection.execute(
                "select customer_id from multi_cloud_costs.dim_customers "
                "where customer_id <> 'unattributed'"
            ).fetchall()
        ]
        expected = {
            (customer, mart): connection.execute(
                f'select count(*) from multi_cloud_costs."{mart}" '
                f'where "{rule["customer"]}" = ? and {rule.get("where", "true")}',
                [customer],
            ).fetchone()
            for customer in customers
            for mart, rule in rules.items()
        }
    assert written == len(customers) >= len(TWINS) + 2
    for customer in customers:
        path = serving.parent / "tenants" / file_name(customer)
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute(
                "select table_schema, table_name from information_schema.tables"
            ).fetchall()
            assert {table for _, table in tables} == set(rules)
            for mart, rule in rules.items():
                found = connection.execute(
                    "select count(*), "
                    f'count(*) filter (where "{rule["customer"]}" <> ?) '
                    f'from multi_cloud_costs."{mart}"',
                    [customer],
                ).fetchone()
                assert found == (*expected[customer, mart], 0), (customer, mart)
        content = path.read_bytes()
        for other in {"Globex", "Hooli", "Wonka"} - {customer.capitalize()}:
            assert other.encode() not in content


def test_the_totals_are_nobody_s(serving: Path) -> None:
    """Rows of all customers together have a customer called all."""
    publish_tenants(serving=serving, report=SILENT)

    path = serving.parent / "tenants" / "acme.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        for mart in ("budget_status", "cost_forecast"):
            assert connection.execute(
                f"select distinct budget_scope from multi_cloud_costs.{mart}"
            ).fetchall() == [("customer",)]


def test_files_of_customers_that_left_are_removed(serving: Path) -> None:
    """A file that nobody renews is one that nobody remembers to take away."""
    folder = serving.parent / "tenants"
    folder.mkdir()
    (folder / "left.duckdb").write_bytes(b"old")
    (folder / "acme.duckdb").write_bytes(b"torn")

    publish_tenants(serving=serving, report=SILENT)

    assert not (folder / "left.duckdb").exists()
    assert (folder / "acme.duckdb").stat().st_size > 1000
    assert {path.suffix for path in folder.iterdir()} == {".duckdb"}


@pytest.mark.parametrize(
    "customer", ["../../etc/x", "/x", "a/b", "", ".", "ACME", "l" * 300, "日本", "a\nb"]
)
def test_no_id_leaves_the_folder_or_meets_another(customer: str) -> None:
    """A tag with slashes would write anywhere, and a twin over its twin."""
    name = file_name(customer)

    assert "/" not in name
    assert len(name) < 100
    assert "~" in name
    assert file_name(customer + " ") != name


def test_a_warehouse_without_a_mart_publishes_no_half_files(tmp_path: Path) -> None:
    """Half a file would be a customer with half its costs."""
    serving = tmp_path / "serving.duckdb"
    with duckdb.connect(str(serving)) as connection:
        connection.execute("create schema multi_cloud_costs")
        connection.execute(
            "create table multi_cloud_costs.dim_customers as select 'a' as customer_id"
        )

    with pytest.raises(StepFailed, match="cannot be written"):
        publish_tenants(serving=serving, report=SILENT)

    assert list((tmp_path / "tenants").iterdir()) == []


def test_files_that_are_no_longer_wanted_are_removed(serving: Path) -> None:
    """Their figures would stand still, and nobody would be told."""
    publish_tenants(serving=serving, report=SILENT)
    folder = serving.parent / "tenants"
    assert list(folder.iterdir())

    remove_tenants(serving)

    assert list(folder.iterdir()) == []
    assert serving.is_file()
    remove_tenants(serving)
