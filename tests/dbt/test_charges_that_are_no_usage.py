"""Taxes, fees and commitments: part of the cost, and no news about the usage."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from dbt_runs import dbt

SERIES = """
    select scope_type, scope_key, date, cost_usd
    from multi_cloud_costs_staging.int_series_daily order by all
"""
# Rebuilt tables have a new load time and are compared without it.
VERDICTS = """
    select scope_type, scope_key, date, cost_usd, status, severity, expected_cost_usd
    from multi_cloud_costs.cost_anomalies
    union all
    select 'customer', customer_id, date, cost_usd, status, alert_level,
        expected_cost_usd
    from multi_cloud_costs.customer_anomalies
    order by all
"""
FORECAST = """
    select date, month_forecast_usd
    from multi_cloud_costs.cost_forecast
    where budget_scope = 'total' and date in ('2026-11-30', '2026-12-31')
"""
FEE, TAX = 9_000, 4_000
CREDIT = -700
CHARGES = [("Purchase", FEE, "2026-11-03"), ("Tax", TAX, "2026-11-01")]
# The bills begin on October 12.
MONTHLY = [
    *(("Tax", TAX, day) for day in ("2026-10-12", "2026-11-01")),
    *(("Purchase", FEE, day) for day in ("2026-10-14", "2026-11-03")),
    ("Credit", CREDIT, "2026-10-12"),
]


def ask(warehouse: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def book(warehouse: Path, charges: list[tuple[str, int, str]]) -> None:
    """Book charges on single days."""
    with duckdb.connect(str(warehouse)) as connection:
        for category, cost, day in charges:
            connection.execute(
                """
                insert into multi_cloud_costs.unified_costs
                select * replace (
                    cast($day as date) as date, $category as charge_category,
                    $cost as cost_usd, 0 as effective_cost_usd, 0 as usage_amount,
                    $category as unified_cost_id
                )
                from multi_cloud_costs.unified_costs
                where customer_id = 'acme' and cloud_provider = 'Azure'
                order by unified_cost_id
                limit 1
                """,
                {"cost": cost, "category": category, "day": day},
            )


def rebuild(warehouse: Path) -> None:
    selected = "daily_costs+ int_as_of_date+ customer_costs+"
    dbt(warehouse, "--quiet", "run", "--select", selected)


def test_a_fee_and_a_tax_make_no_anomaly_and_are_not_taken_for_a_run_rate(
    warehouse_copy: Path,
) -> None:
    """Alerts on each first of the month, or a forecast of thirty fees, are ignored."""
    before = {query: ask(warehouse_copy, query) for query in (SERIES, VERDICTS)}
    forecast = dict(ask(warehouse_copy, FORECAST))
    book(warehouse_copy, CHARGES)
    rebuild(warehouse_copy)
    for query, rows in before.items():
        assert ask(warehouse_copy, query) == rows
    booked = dict(ask(warehouse_copy, FORECAST))
    month_end, next_month_end = date(2026, 11, 30), date(2026, 12, 31)
    assert abs(booked[month_end] - forecast[month_end] - FEE - TAX) < 1
    assert abs(booked[next_month_end] - forecast[next_month_end]) < 1
    ((cost, usage, effective),) = ask(
        warehouse_copy,
        """
        select sum(cost_usd), sum(usage_cost_usd), sum(effective_cost_usd)
        from multi_cloud_costs.daily_costs
        where customer_id = 'acme' and cloud_provider = 'Azure' and date = '2026-11-03'
        """,
    )
    assert cost == usage + FEE
    assert effective < FEE


def test_lumps_are_forecast_as_what_they_are(warehouse_copy: Path) -> None:
    """A tax of 4,000 that grows with the usage is neither the bill nor the budget."""
    forecast = dict(ask(warehouse_copy, FORECAST))
    book(warehouse_copy, MONTHLY)
    rebuild(warehouse_copy)
    booked = dict(ask(warehouse_copy, FORECAST))
    month_end, next_month_end = date(2026, 11, 30), date(2026, 12, 31)
    # This month has tax and fee already; the credit was granted once.
    assert abs(booked[month_end] - forecast[month_end] - FEE - TAX) < 1
    assert abs(booked[next_month_end] - forecast[next_month_end] - FEE - TAX) < 1
