-- A renamed tag key or role takes its customers' cost away without any error. Told are
-- rules that gave a hundredth of the provider's usage in the month before the newest
-- and
-- nothing in the newest seven days; those that never matched are only in the mart.
{{ config(severity="warn") }}

with

    coverage as (select * from {{ ref("attribution_coverage") }}),

    providers as (

        select
            cloud_provider,
            max(month) as newest_month,
            max(last_usage_date) as newest_usage_date
        from coverage
        group by cloud_provider

    ),

    rules as (

        select cloud_provider, attribution_rule, max(last_usage_date) as last_usage_date
        from coverage
        where attribution_rule != 'none'
        group by cloud_provider, attribution_rule

    )

select
    rules.cloud_provider,
    rules.attribution_rule,
    rules.last_usage_date,
    providers.newest_usage_date,
    earlier.usage_cost_usd as usage_cost_of_month_before_usd
from rules
inner join providers on rules.cloud_provider = providers.cloud_provider
inner join
    coverage as earlier
    on rules.cloud_provider = earlier.cloud_provider
    and rules.attribution_rule = earlier.attribution_rule
    and earlier.month
    = {{ first_day_of_month(dbt.dateadd("month", -1, "providers.newest_month")) }}
where
    earlier.usage_cost_share >= 0.01
    and {{ dbt.datediff("rules.last_usage_date", "providers.newest_usage_date", "day") }}
    >= 7
