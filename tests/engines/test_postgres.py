"""Everything on PostgreSQL, with the roles that its manual sets up."""

from dataclasses import replace

import psycopg2
import pytest
from chat_checks import check_answers, check_limits, duckdb_file, reader_of
from dashboard_checks import *  # noqa: F403
from engine_builds import Built
from engine_checks import *  # noqa: F403
from engines import Engine

from chat.warehouse import WarehouseError
from chat.warehouse_choice import make_reader
from chat.warehouse_settings import read_warehouse_settings

ENGINE = "postgres"
READER = {
    "LLM_COSTS_CHAT_WAREHOUSE_USER": "llm_costs_reader",
    "LLM_COSTS_CHAT_WAREHOUSE_PASSWORD": "change-me-too",
}
# A first build beside other work may take longer than the usual limit.
pytestmark = [pytest.mark.engine, pytest.mark.timeout(1800)]


@pytest.mark.parametrize(
    "statement",
    [
        "select count(*) from raw_aws.cur_line_items",
        "select count(*) from multi_cloud_costs_staging.int_charges",
        "select count(*) from raw_ops.load_ledger",
        "delete from multi_cloud_costs.unified_costs",
        "create table multi_cloud_costs.own (x int)",
        "create schema own",
    ],
)
def test_a_reader_can_read_marts_and_nothing_else(built: Built, statement: str) -> None:
    """Harm: the grants of the manual let a dashboard read raw bills or change marts."""
    marts = "select count(*) > 0 from multi_cloud_costs.unified_costs"
    assert built.engine.query(marts) == [(True,)]
    # That the role only reads by default is no lock: it can switch that off.
    unlocked = f"begin; set transaction read write; {statement}; commit"
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        built.engine.query(unlocked)


def test_chat_answers_as_on_duckdb(built: Built, reference: Engine) -> None:
    """Harm: the same question has two answers, depending on the warehouse."""
    reader = reader_of(built, *READER.values())

    assert check_answers(reader, duckdb_file(reference)) > 60
    check_limits(reader)


def test_chat_cannot_write_even_as_a_role_that_may(built: Built) -> None:
    """Harm: a setting with the wrong role in it gives chat the right to write."""
    reader = reader_of(built, "llm_costs", "change-me")

    check_limits(reader)
    slow = replace(read_warehouse_settings(READER | built.environment), seconds=1)
    with pytest.raises(WarehouseError, match="longer than 1 seconds"):
        make_reader(slow).read("select pg_sleep(5)", ())
