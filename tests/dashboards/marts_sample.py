"""Marts with plausible rows, for running panels before any bill was loaded.

Built with SQL in the test's own DuckDB: 100 days, three clouds, a spike, unattributed
cost, budgets in every state. Column names and types are the marts' own.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

LAST_DAY = dt.date(2026, 11, 21)

_MEASURES = """
    cast(c.cost_usd as decimal(28, 9)) as cost_usd,
    cast(avg(c.cost_usd) over w as decimal(28, 9)) as previous_7_day_mean_usd,
    cast(stddev_samp(c.cost_usd) over w as decimal(28, 9)) as previous_7_day_stddev_usd,
    cast(avg(c.cost_usd) over w - 2 * stddev_samp(c.cost_usd) over w
        as decimal(28, 9)) as lower_band_usd,
    cast(avg(c.cost_usd) over w + 2 * stddev_samp(c.cost_usd) over w
        as decimal(28, 9)) as upper_band_usd,
    cast((c.cost_usd - avg(c.cost_usd) over w)
        / nullif(stddev_samp(c.cost_usd) over w, 0) as double) as z_score,
    cast(avg(c.cost_usd) over w as decimal(28, 9)) as expected_cost_usd,
    cast(avg(c.cost_usd) over w * 0.8 as decimal(28, 9)) as expected_low_usd,
    cast(avg(c.cost_usd) over w * 1.2 as decimal(28, 9)) as expected_high_usd,
    cast(1.5 as double) as robust_score,
    cast(c.cost_usd - avg(c.cost_usd) over w as decimal(28, 9)) as change_usd,
    cast(100 * (c.cost_usd / nullif(avg(c.cost_usd) over w, 0) - 1) as double)
        as change_percent,
"""
_VERDICT = """
    case
        when previous_7_day_mean_usd is null then 'Not enough history'
        when cost_usd > 1.5 * previous_7_day_mean_usd then 'High'
        when cost_usd < 0.5 * previous_7_day_mean_usd then 'Low'
        else 'Normal'
    end as status,
    case
        when cost_usd > 2 * previous_7_day_mean_usd then 'critical'
        when cost_usd > 1.5 * previous_7_day_mean_usd
            or cost_usd < 0.5 * previous_7_day_mean_usd then 'warning'
        else 'none'
    end as severity,
    severity <> 'none' as is_anomaly,
    "date" - 7 as training_start_date,
    "date" - 1 as training_end_date,
    7 as training_days,
    'model' as top_contributor_type,
    'gpt-4.1' as top_contributor,
    change_usd as top_contributor_change_usd
"""
_WINDOW = """window w as (
    partition by {keys} order by c."date" rows between 7 preceding and 1 preceding
)"""

_STATEMENTS = f"""
create schema multi_cloud_costs;
set schema = 'multi_cloud_costs';

create table days as
select cast(unnest(generate_series(
    date '{LAST_DAY}' - 99, date '{LAST_DAY}', interval 1 day)) as date) as "date";

create table offers (
    cloud_provider text, service text, model text, model_vendor text, price double
);
insert into offers values
    ('AWS', 'Amazon Bedrock', 'claude-sonnet-4-6', 'Anthropic', 3.0),
    ('AWS', 'Amazon Bedrock', 'nova-pro', 'Amazon', 0.8),
    ('AWS', 'Amazon SageMaker', 'not_applicable', null, 0),
    ('Azure', 'Azure OpenAI', 'gpt-4.1', 'OpenAI', 2.0),
    ('Azure', 'Azure OpenAI', 'gpt-5.4-mini', 'OpenAI', 0.4),
    ('GCP', 'Vertex AI', 'gemini-2.5-flash', 'Google', 0.3);

create table dim_customers as
select
    customer_id,
    upper(customer_id[1]) || customer_id[2:] as customer_name,
    cast(budget as decimal(28, 9)) as monthly_budget_usd,
    customer_id || '@example.com' as alert_email,
    'UTC' as time_zone,
    'duckdb' as warehouse_home,
    budget is not null as is_configured,
    size
from (values
    ('wayne-enterprises', 9000, 40), ('acme', 3000, 10), ('initech', 10, 5),
    ('hooli', 2000, 4), ('wonka', null, 1), ('unattributed', null, 3)
) as known (customer_id, budget, size);

create table daily_costs as
with

    lines as (
        select
            d."date",
            o.*,
            k.customer_id,
            k.size * (2 + o.price) * (1 + 0.1 * (dayofyear(d."date") % 7))
            * case
                when d."date" = date '{LAST_DAY}' - 5 and o.model = 'gpt-4.1' then 9
                else 1
            end as cost,
            case when o.price = 0 then 0
                else cast(k.size * 100000 as bigint) end as tokens
        from days as d
        cross join offers as o
        cross join dim_customers as k
        where not (k.customer_id = 'wonka' and o.cloud_provider <> 'GCP')
    )

select
    "date", cloud_provider, service, model, model_vendor, customer_id,
    cast(cost as decimal(28, 9)) as cost_usd,
    cast(cost * 0.95 as decimal(28, 9)) as usage_cost_usd,
    cast(cost as decimal(28, 9)) as effective_cost_usd,
    cast(if(tokens > 0, cost * 0.40, 0) as decimal(28, 9)) as input_cost_usd,
    cast(if(tokens > 0, cost * 0.50, 0) as decimal(28, 9)) as output_cost_usd,
    cast(if(tokens > 0, cost * 0.05, 0) as decimal(28, 9)) as cache_cost_usd,
    cast(if(tokens > 0, 0, cost * 0.95) as decimal(28, 9)) as other_cost_usd,
    cast(tokens * 6 / 10 as decimal(38, 9)) as input_tokens,
    cast(tokens * 3 / 10 as decimal(38, 9)) as output_tokens,
    cast(tokens / 10 as decimal(38, 9)) as cache_read_tokens,
    cast(0 as decimal(38, 9)) as cache_write_tokens,
    cast(tokens as decimal(38, 9)) as total_tokens,
    timestamp '2026-11-22 03:00:00' as ingested_at
from lines;

create table model_costs as
with

    sums as (
        select
            c."date", c.cloud_provider, c.model,
            max(c.model_vendor) as model_vendor,
            split_part(c.model, '-', 1) as model_family,
            t.token_type,
            cast(sum(case t.token_type
                when 'input' then c.input_cost_usd
                when 'output' then c.output_cost_usd
                else c.usage_cost_usd - c.input_cost_usd - c.output_cost_usd
            end) as decimal(28, 9)) as cost_usd,
            cast(sum(case t.token_type
                when 'input' then c.input_tokens
                when 'output' then c.output_tokens
                else c.cache_read_tokens
            end) as decimal(38, 9)) as tokens,
            count(distinct c.customer_id) as active_customers
        from daily_costs as c
        cross join (values ('input'), ('output'), ('other')) as t (token_type)
        group by c."date", c.cloud_provider, c.model, t.token_type
    )

select
    "date", cloud_provider, model, model_vendor, model_family, token_type, cost_usd,
    tokens as usage_amount, 'tokens' as usage_unit, tokens,
    cast(cost_usd / nullif(tokens, 0) * 1000 as decimal(28, 9))
        as cost_per_1k_tokens_usd,
    cast(cost_usd / nullif(tokens, 0) * 1000000 as decimal(28, 9))
        as cost_per_million_tokens_usd,
    active_customers
from sums;

create table customer_costs as
select
    c."date", c.customer_id, max(k.customer_name) as customer_name, c.cloud_provider,
    cast(sum(c.cost_usd) as decimal(28, 9)) as cost_usd,
    cast(sum(c.usage_cost_usd) as decimal(28, 9)) as usage_cost_usd,
    cast(sum(c.total_tokens) as decimal(38, 9)) as total_tokens,
    count(distinct c.model) as models_used,
    cast(0 as decimal(28, 9)) as month_to_date_cost_usd
from daily_costs as c
inner join dim_customers as k on k.customer_id = c.customer_id
group by c."date", c.customer_id, c.cloud_provider;

create table cost_anomalies as
with

    scoped as (
        select "date", 'total' as scope_type, 'all' as scope_key,
            'all' as cloud_provider, 'all' as service, 'all' as model, cost_usd
        from daily_costs
        union all
        select "date", 'provider', cloud_provider, cloud_provider, 'all', 'all',
            cost_usd
        from daily_costs
        union all
        select "date", 'service', cloud_provider || ' / ' || service, cloud_provider,
            service, 'all', cost_usd
        from daily_costs
        union all
        select "date", 'model', model, 'all', 'all', model, cost_usd from daily_costs
    ),

    c as (
        select "date", scope_type, scope_key, cloud_provider, service, model,
            sum(cost_usd) as cost_usd
        from scoped
        group by all
    ),

    measured as (
        select "date", scope_type, scope_key, cloud_provider, service, model,
            {_MEASURES}
        from c {_WINDOW.format(keys="scope_type, scope_key")}
    )

select *, {_VERDICT} from measured;

create table customer_anomalies as
with

    c as (
        select "date", customer_id, customer_name, sum(cost_usd) as cost_usd
        from customer_costs
        group by all
    ),

    measured as (
        select "date", customer_id, customer_name, {_MEASURES}
        from c {_WINDOW.format(keys="customer_id")}
    )

select *, {_VERDICT}, severity as alert_level from measured;

create table budget_status as
with

    months as (
        select distinct cast(date_trunc('month', "date") as date) as "month" from days
    ),

    scopes as (
        select 'customer' as budget_scope, customer_id, customer_name,
            monthly_budget_usd
        from dim_customers
        where customer_id <> 'unattributed'
        union all
        select 'total', 'all', 'All customers', sum(monthly_budget_usd)
        from dim_customers
    ),

    spent as (
        select
            m."month", s.*,
            cast(coalesce(sum(c.cost_usd), 0) as decimal(28, 9)) as cost_usd
        from months as m
        cross join scopes as s
        left join customer_costs as c
            on (s.customer_id = 'all' or s.customer_id = c.customer_id)
            and date_trunc('month', c."date") = m."month"
        group by all
    )

select
    *,
    date '{LAST_DAY}' as as_of_date,
    21 as days_elapsed,
    30 as days_in_month,
    cast(100 * cost_usd / monthly_budget_usd as double) as percent_used,
    cast(cost_usd * 30 / 21 as decimal(28, 9)) as forecast_month_end_usd,
    cast(100 * cost_usd * 30 / 21 / monthly_budget_usd as double) as forecast_percent,
    monthly_budget_usd - cost_usd as budget_remaining_usd,
    cast(null as date) as projected_overrun_date,
    case
        when monthly_budget_usd is null then 'No budget'
        when cost_usd > monthly_budget_usd then 'Over'
        when cost_usd * 30 / 21 > monthly_budget_usd then 'At risk'
        else 'On track'
    end as status,
    "month" = date_trunc('month', date '{LAST_DAY}') as is_current_month
from spent;

create table data_freshness as
select
    cloud_provider,
    lower(cloud_provider) as source,
    '111111111111' as billing_account_id,
    min("date") as first_usage_date,
    max("date") as last_usage_date,
    max("date") - 1 as last_complete_date,
    timestamp '2026-11-22 03:00:00' as last_loaded_at,
    3 as units_loaded,
    0 as days_behind
from daily_costs
group by cloud_provider;
"""


def write(path: Path) -> Path:
    """Write a DuckDB file with the marts.

    Args:
        path: File that does not exist yet.
    """
    with duckdb.connect(str(path)) as connection:
        connection.execute(_STATEMENTS)
    return path
