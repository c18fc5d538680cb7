"""Unit prices, what-if and allocation on a whole warehouse; the price catalogue."""

import importlib.util
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import duckdb
import pytest
from dbt_runs import NO_UNIT_TESTS, ROOT, dbt


@pytest.fixture(scope="module")
def refresh() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "refresh_prices", ROOT / "scripts" / "refresh_prices.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_unit_costs_hold_all_usage_that_is_billed_in_tokens(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """A price from part of the bill is a wrong price."""
    found = marts.execute(
        "select sum(cost_usd), sum(tokens) from unit_costs"
    ).fetchone()
    expected = marts.execute(
        """
        select sum(cost_usd), sum(usage_amount) from unified_costs
        where charge_category = 'Usage' and usage_unit = 'tokens'
        """
    ).fetchone()
    assert found == expected


def test_no_switch_is_free_and_every_missing_price_says_so(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """A price that is missing must not look like the best offer."""
    rows = marts.execute(
        """
        select count(*), count(saving_usd),
            count(*) filter (
                where (saving_usd is null) = (missing_price_reason is null)
            ),
            count(*) filter (where candidate_cost_usd = 0 and tokens > 0),
            count(*) filter (where price_source = 'list' and catalogue_date is null)
        from model_switch_savings
        """
    ).fetchone()
    assert rows is not None
    assert rows[1] > 0
    assert rows[2:] == (0, 0, 0)


def test_a_switch_keeps_the_tokens_and_the_cost_of_the_bill(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """A comparison with other tokens than those billed compares nothing."""
    different = marts.execute(
        """
        with billed as (
            select date_trunc('month', date) as month, customer_id, cloud_provider,
                model, sum(cost_usd) as cost_usd, sum(usage_amount) as tokens
            from unified_costs
            where charge_category = 'Usage' and usage_unit = 'tokens'
                and token_type in ('input', 'output', 'cache_read', 'cache_write')
                and usage_amount > 0
            group by all
        )
        select count(*)
        from model_switch_savings as savings
        left join billed using (month, customer_id, cloud_provider, model)
        where savings.cost_usd is distinct from billed.cost_usd
            or savings.tokens is distinct from billed.tokens
        """
    ).fetchone()
    assert different == (0,)


def test_allocation_gives_every_usage_to_a_customer_and_moves_no_total(
    warehouse_copy: Path,
) -> None:
    """An allocation that loses a cent is a bill that does not add up."""
    question = """
        select cloud_provider, invoice_month, model, sum(cost_usd),
            sum(cost_in_billing_currency), sum(usage_amount)
        from multi_cloud_costs.unified_costs group by all order by all
    """
    with duckdb.connect(str(warehouse_copy), read_only=True) as connection:
        before = connection.execute(question).fetchall()
    dbt(
        warehouse_copy,
        *("--quiet", "build", "--select", "unified_costs+"),
        *("--vars", "{allocate_unattributed: true}"),
        *NO_UNIT_TESTS,
    )
    with duckdb.connect(str(warehouse_copy), read_only=True) as connection:
        assert connection.execute(question).fetchall() == before
        left = connection.execute(
            """
            select count(*) filter (where customer_id = 'unattributed'),
                count(*) filter (where customer_attribution = 'allocated')
            from multi_cloud_costs.unified_costs where charge_category = 'Usage'
            """
        ).fetchone()
    assert left is not None
    assert left[0] == 0
    assert left[1] > 0


@pytest.mark.parametrize(
    ("listed", "ours"),
    [
        ("global.anthropic.claude-sonnet-4-6-v1:0", ("claude-sonnet-4-6", "global")),
        (
            "regional.anthropic.claude-sonnet-4-20250514-v1:0",
            ("claude-sonnet-4", "regional"),
        ),
        ("amazon.nova-pro-v1:0", ("nova-pro", "any")),
        ("meta.llama3-3-70b-instruct-v1:0", ("llama-3.3-70b", "any")),
        ("meta.llama4-scout-17b-instruct-v1:0", ("llama-4-scout", "any")),
        ("gemini-3-flash-preview", ("gemini-3-flash", "any")),
        ("openai.gpt-oss-120b-1:0", ("gpt-oss-120b", "any")),
        ("claude-4-opus", ("claude-opus-4", "any")),
    ],
)
def test_a_catalogues_name_becomes_ours(
    refresh: ModuleType, listed: str, ours: tuple[str, str]
) -> None:
    """A price under another name is found by nobody."""
    assert refresh.rename_model(listed) == ours


def catalogue(price: str) -> list[dict[str, object]]:
    providers: list[dict[str, object]] = [
        {"id": name, "models": []} for name in ("azure", "google")
    ]
    model = {"id": "amazon.nova-pro-v1:0", "prices": {"input_mtok": Decimal(price)}}
    return [*providers, {"id": "aws", "models": [model]}]


def test_a_new_price_is_appended_and_the_old_one_stays(refresh: ModuleType) -> None:
    """An edited price changes what last year's what-if said."""
    first = list(refresh.list_prices(catalogue("0.8"), date(2026, 11, 1)))
    seed = refresh.append_prices([], first)
    same = list(refresh.list_prices(catalogue("0.80"), date(2026, 11, 15)))
    assert refresh.append_prices(seed, same) == []
    changed = list(refresh.list_prices(catalogue("0.7"), date(2026, 12, 1)))
    new = refresh.append_prices(seed, changed)
    assert [(row["valid_from"], row["usd_per_million_tokens"]) for row in seed] == [
        ("", "0.8")
    ]
    assert [(row["valid_from"], row["usd_per_million_tokens"]) for row in new] == [
        ("2026-12-01", "0.7")
    ]


def test_dated_and_tiered_prices_keep_their_day_and_their_context(
    refresh: ModuleType,
) -> None:
    """A premium that was dropped must not be charged for ever."""
    prices = json.loads(
        """
        [
            {"prices": {"input_mtok": {"base": 3,
                "tiers": [{"start": 200000, "price": 6}]}}},
            {"constraint": {"start_date": "2026-03-13"}, "prices": {"input_mtok": 3}}
        ]
        """
    )
    found = {
        (row["valid_from"], row["context"]): row["usd_per_million_tokens"]
        for row in refresh.price_rows(prices, is_embedding=False)
    }
    assert found == {
        ("", "standard"): "3",
        ("", "long"): "6",
        ("2026-03-13", "standard"): "3",
        ("2026-03-13", "long"): "3",
    }
