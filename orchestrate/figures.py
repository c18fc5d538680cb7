"""The figures that the command line shows, read from the published marts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.settings import MARTS_SCHEMA
from orchestrate.steps import StepFailed

Row = dict[str, Any]

# Sums over the ledger's units; one row per currency because amounts in different
# currencies have no sum. In words that every warehouse understands.
RECONCILIATION = """
    select
        currency,
        count(*) as units,
        sum(ledger_cost) as loaded,
        sum(unified_cost) as unified,
        sum(excluded_cost) as excluded,
        sum(difference) as difference,
        sum(case when cast(is_reconciled as int) = 1 then 0 else 1 end)
            as units_not_reconciled
    from load_reconciliation
    where currency <> ''
    group by currency
    order by loaded desc, currency
"""

# The running month is compared with the same days of the month before. A month that the
# bills do not cover from its first day is no fair comparison, hence oldest_date.
CLOUD_MONTHS = """
    with

        bounds as (
            select
                min(date) filter (where charge_category = 'Usage') as oldest_date,
                max(date) as newest_date
            from unified_costs
        ),

        months as (
            select distinct date_trunc('month', date)::date as month
            from unified_costs
            order by month desc
            limit 4
        )

    select
        months.month,
        coalesce(unified_costs.cloud_provider, 'Total') as cloud_provider,
        sum(unified_costs.cost_usd) as cost_usd,
        coalesce(
            sum(unified_costs.cost_usd)
                filter (where day(unified_costs.date) <= day(bounds.newest_date)),
            0
        ) as cost_usd_same_days,
        max(bounds.newest_date) as newest_date,
        max(bounds.oldest_date) as oldest_date
    from unified_costs
    cross join bounds
    inner join months on date_trunc('month', unified_costs.date) = months.month
    group by
        grouping sets (
            (months.month, unified_costs.cloud_provider), (months.month)
        )
    order by cloud_provider = 'Total', cloud_provider, months.month
"""

TOP_MODELS = """
    select
        model,
        string_agg(distinct cloud_provider, ', ' order by cloud_provider) as clouds,
        sum(cost_usd) as cost_usd,
        sum(tokens)::double as tokens,
        sum(cost_usd) filter (where tokens > 0)::double
            / nullif(sum(tokens), 0)::double * 1000000 as cost_per_million_tokens_usd
    from model_costs
    where date > (select max(date) from model_costs) - 30
        and model <> 'not_applicable'
    group by model
    order by cost_usd desc
    limit 8
"""

BUDGETS = """
    select
        customer_id,
        customer_name,
        budget_scope,
        cost_usd,
        monthly_budget_usd,
        percent_used::double as percent_used,
        forecast_percent::double as forecast_percent,
        status,
        as_of_date,
        month
    from budget_status
    where is_current_month and budget_scope in ('total', 'customer')
    order by budget_scope = 'total', cost_usd desc
"""

# One event shows up in several series: in the total, a cloud, a service, a model and a
# customer. The largest change of a day stands for the day.
ANOMALIES = """
    with

        anomalies as (
            select
                date, coalesce(customer_name, customer_id) as scope_key,
                cost_usd, expected_cost_usd, change_usd, severity, top_contributor
            from customer_anomalies
            where is_anomaly
            union all
            select
                date, scope_key,
                cost_usd, expected_cost_usd, change_usd, severity, top_contributor
            from cost_anomalies
            where is_anomaly and scope_type = 'service'
        ),

        ranked as (
            select
                *,
                row_number() over (
                    partition by date
                    order by severity = 'critical' desc, abs(change_usd) desc, scope_key
                ) as place,
                count(*) over () as anomalies,
                count(*) filter (where severity = 'critical') over () as critical
            from anomalies
        )

    select *
    from ranked
    where place = 1
    order by severity = 'critical' desc, abs(change_usd) desc
"""

UNATTRIBUTED = """
    select
        coalesce(
            sum(usage_cost_usd) filter (where customer_id = 'unattributed'), 0
        ) as unattributed_usd,
        sum(usage_cost_usd) as usage_usd
    from customer_costs
    where date > (select max(date) from customer_costs) - 30
"""


@contextmanager
def open_marts(serving: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the serving copy for reading.

    Raises:
        StepFailed: Nothing is published there.
    """
    if not serving.is_file():
        raise StepFailed(
            f"Nothing is published at {serving}.",
            way_out="`llm-costs run` (or `llm-costs demo`) publishes the marts.",
        )
    with duckdb.connect(str(serving), read_only=True) as connection:
        connection.execute(f"use {MARTS_SCHEMA}")
        yield connection


def read_rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    """Run a query and give its rows by column name."""
    answer = connection.execute(query)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
