"""Everything on PostgreSQL, with the roles that its manual sets up."""

import psycopg2
import pytest
from dashboard_checks import *  # noqa: F403
from engine_builds import Built
from engine_checks import *  # noqa: F403

ENGINE = "postgres"
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
