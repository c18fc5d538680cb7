"""The sample company's bills load to the cent, before and after a restatement."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

import extract
from sample_bills import write_bills

if TYPE_CHECKING:
    from decimal import Decimal

END, DAYS, SEED = date(2026, 11, 12), 40, 3


@pytest.fixture
def sample(world):
    """Sample bills at the places that the settings name."""

    def write(**options: Any) -> None:
        folder = world.bucket.parent / "bills"
        write_bills(folder, days=DAYS, end=END, seed=SEED, **options)
        for target, source in (
            (world.bucket, folder / "aws/sample-company-billing"),
            (world.azure, folder / "azure"),
            (world.gcp, folder / "gcp/billing_export"),
        ):
            shutil.rmtree(target)
            shutil.copytree(source, target)

    return write


def bill_of(world: Any, source: str) -> dict[str, Decimal]:
    """Add up a bill straight from the delivered files, by month."""
    with duckdb.connect() as connection:
        if source == "aws_cur":
            query = (
                "select strftime(bill_billing_period_start_date, '%Y-%m'), "
                "sum(cast(line_item_unblended_cost as decimal(28, 9))) "
                f"from read_parquet('{world.bucket}/**/*.parquet') group by all"
            )
        else:
            query = (
                "select invoice.month[1:4] || '-' || invoice.month[5:6], "
                "sum(cast(cost as decimal(28, 9)) + cast(coalesce(list_sum("
                "list_transform(credits, lambda c: c.amount)), 0) as decimal(28, 9))) "
                f"from read_parquet('{world.gcp}/**/*.parquet') group by all"
            )
        return dict(connection.execute(query).fetchall())


def ledger_of(world: Any, source: str) -> dict[str, Decimal]:
    """Return the current cost in the ledger, by month."""
    return dict(
        world.rows(
            "select billing_period, arg_max(cost_total, loaded_at) "
            f"from raw_ops.load_ledger where source = '{source}' group by all"
        )
    )


def landed_of(world: Any) -> dict[str, Decimal]:
    """Add up what stands in the raw tables, by source."""
    queries = {
        "aws_cur": "select sum(c) from (select sum(cast(line_item_unblended_cost as "
        "decimal(28, 9))) c from raw_aws.cur_line_items union all "
        "select sum(unblended_cost) from raw_aws.cur_filtered_totals)",
        "azure_costs": "select sum(c) from (select sum(cast(cost as decimal(28, 9))) c "
        "from raw_azure.cost_rows where cost_type = 'ActualCost' union all "
        "select sum(cost) from raw_azure.filtered_totals)",
        "gcp_billing": "select sum(c) from (select sum(cast(cost as decimal(28, 9)) + "
        "cast(credits_amount as decimal(28, 9))) c from raw_gcp.billing_rows union all "
        "select sum(cost) + sum(credits_amount) from raw_gcp.filtered_totals)",
    }
    return {name: world.rows(query)[0][0] for name, query in queries.items()}


def test_the_sample_bills_load_to_the_cent_and_so_does_a_restatement(world, sample):
    """Every dollar that a provider bills has to be in the warehouse, once."""
    sample()
    assert not [r for r in extract.run(progress=False) if r.is_failure]
    for name in ("aws_cur", "gcp_billing"):
        assert ledger_of(world, name) == bill_of(world, name)
    before = landed_of(world)
    sample(restate=["2026-10"])
    results = extract.run(progress=False)
    assert not [r.message for r in results if r.is_failure]
    assert {r.billing_period for r in results if r.status == "loaded"} >= {"2026-10"}
    after = landed_of(world)
    assert after != before
    for name in ("aws_cur", "gcp_billing"):
        assert ledger_of(world, name) == bill_of(world, name)
        assert after[name] == sum(bill_of(world, name).values())
    assert after["azure_costs"] == sum(ledger_of(world, "azure_costs").values())
    again = extract.run(progress=False)
    assert {r.status for r in again} == {"unchanged"}
    assert landed_of(world) == after
    # Old deliveries beside the new one, other columns and names: the same bill.
    sample(restate=["2026-10"], unruly=True)
    unruly = extract.run(progress=False)
    assert not [r.message for r in unruly if r.is_failure]
    loaded = {r.source for r in unruly if r.status == "loaded"}
    assert loaded == {"aws_cur", "gcp_billing"}
    assert landed_of(world) == after
