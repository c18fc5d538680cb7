"""The marts against the answer key that the bills' generator worked out itself."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

CENT = Decimal("0.005")
KEY = ("cloud_provider", "month", "customer_id", "model", "token_type")
TOKEN_TYPES = ("input", "output", "cache_read", "cache_write", "embedding")
USERS_COLUMNS = [
    "date",
    "cloud_provider",
    "service",
    "model",
    "cost_usd",
    "usage_amount",
    "customer_id",
    "token_type",
    "ingested_at",
]


@pytest.fixture(scope="module")
def answer_key(sample_bills_dir: Path) -> dict[str, Any]:
    text = (sample_bills_dir / "expected.json").read_text(encoding="utf-8")
    key: dict[str, Any] = json.loads(text)
    return key


def test_every_cost_is_found_under_its_month_customer_model_and_token_type(
    marts: duckdb.DuckDBPyConnection, answer_key: dict[str, Any]
) -> None:
    """A dollar under the wrong customer or model is a wrong bill to somebody."""
    expected = {
        tuple(total[name] for name in KEY): Decimal(total["cost_usd"])
        for total in answer_key["totals"]
    }
    found = {
        row[:5]: row[5]
        for row in marts.execute(
            """
            select cloud_provider, invoice_month, customer_id, model, token_type,
                sum(cost_usd)
            from unified_costs
            group by all
            """
        ).fetchall()
    }
    assert set(found) == set(expected)
    wrong = {
        key: (expected[key], found[key])
        for key in expected
        if abs(expected[key] - found[key]) > CENT
    }
    assert wrong == {}
    assert sum(found.values()) == sum(expected.values())


def test_effective_cost_is_right_for_every_provider_month_and_customer(
    marts: duckdb.DuckDBPyConnection, answer_key: dict[str, Any]
) -> None:
    """A commitment that is counted twice, or left out, hides what a customer costs."""
    expected: dict[tuple[str, ...], Decimal] = {}
    for total in answer_key["totals"]:
        key = tuple(total[name] for name in KEY[:3])
        cost = Decimal(total["effective_cost_usd"])
        expected[key] = expected.get(key, Decimal(0)) + cost
    found = {
        row[:3]: row[3]
        for row in marts.execute(
            """
            select cloud_provider, invoice_month, customer_id, sum(effective_cost_usd)
            from unified_costs
            group by all
            """
        ).fetchall()
    }
    assert set(found) == set(expected)
    wrong = {
        key: (expected[key], found[key])
        for key in expected
        if abs(expected[key] - found[key]) > CENT
    }
    assert wrong == {}
    assert sum(found.values()) == sum(expected.values())


def test_the_sample_company_has_commitments_that_move_its_cost(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """Where both costs are equal everywhere, no test of the effective one says much."""
    fee, covered, unused = marts.execute(
        """
        select
            sum(effective_cost_usd) filter (charge_category = 'Purchase'),
            sum(effective_cost_usd) filter (
                charge_category = 'Usage' and usage_amount > 0
            ),
            sum(effective_cost_usd) filter (
                charge_category = 'Usage' and usage_amount = 0
            )
        from unified_costs
        where cloud_provider = 'Azure' and token_type = 'provisioned' and cost_usd = 0
            or charge_category = 'Purchase' and cloud_provider = 'Azure'
        """
    ).fetchone() or (None, None, None)
    assert fee == 0
    assert covered > 0
    assert unused > 0


def test_token_counts_are_real_tokens(
    marts: duckdb.DuckDBPyConnection, answer_key: dict[str, Any]
) -> None:
    """A bill in thousands read as tokens makes a model look a thousand times dear."""
    expected = {
        tuple(total[name] for name in KEY): Decimal(total["usage_amount"])
        for total in answer_key["totals"]
        if total["token_type"] in TOKEN_TYPES
    }
    found = {
        row[:5]: row[5]
        for row in marts.execute(
            """
            select cloud_provider, invoice_month, customer_id, model, token_type,
                sum(case when usage_unit = 'tokens' then usage_amount else 0 end)
            from unified_costs
            group by all
            """
        ).fetchall()
    }
    wrong = {
        key: (tokens, found[key])
        for key, tokens in expected.items()
        if abs(tokens - found[key]) > max(Decimal(1), tokens * Decimal("1e-6"))
    }
    assert wrong == {}


def test_each_bill_is_whole(
    marts: duckdb.DuckDBPyConnection, answer_key: dict[str, Any]
) -> None:
    """The month cannot be closed while a provider's bill is only partly shown."""
    expected = {
        (bill["cloud_provider"], bill["month"], bill["currency"]): (
            Decimal(bill["billed_cost"]),
            Decimal(bill["ai_cost"]),
            Decimal(bill["excluded_cost"]),
        )
        for bill in answer_key["bills"]
    }
    found = {
        row[:3]: row[3:]
        for row in marts.execute(
            """
            select cloud_provider, billing_period, currency, sum(ledger_cost),
                sum(unified_cost), sum(excluded_cost)
            from load_reconciliation
            group by all
            """
        ).fetchall()
    }
    assert set(found) == set(expected)
    for bill, amounts in expected.items():
        differences = [
            abs(there - here) for there, here in zip(amounts, found[bill], strict=True)
        ]
        assert max(differences) <= CENT, bill


def test_unified_costs_begin_with_the_users_columns(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """Queries written against the agreed columns must keep working."""
    columns = [row[0] for row in marts.execute("describe unified_costs").fetchall()]
    assert columns[: len(USERS_COLUMNS)] == USERS_COLUMNS


def test_a_large_injected_spike_is_found_on_its_day(
    marts: duckdb.DuckDBPyConnection, sample_bills_dir: Path
) -> None:
    """A tripled customer that no one is told of is what the product is bought for."""
    spikes = duckdb.execute(
        f"""
        select customer_id, start_date
        from read_csv('{sample_bills_dir / "anomalies.csv"}')
        where factor >= 3 and start_date >= date '2026-10-31'
        """
    ).fetchall()
    found = set(
        marts.execute(
            "select customer_id, date from customer_anomalies where status = 'High'"
        ).fetchall()
    )
    judged = set(
        marts.execute(
            """
            select customer_id, date
            from customer_anomalies
            where status != 'Not enough history' and change_usd is not null
            """
        ).fetchall()
    )
    assert {spike for spike in spikes if spike in judged} <= found
