{# Usage by weekday and trend, taxes, credits and monthly purchases as they were last
   month. Forecasts are made for each customer at each provider and summed, so customers
   and providers always add up to the total; ranges are each scope's own and do not. #}
{% set scopes = {
    "total": ("'all'", "'all'"),
    "provider": ("cloud_provider", "'all'"),
    "customer": ("'all'", "customer_id"),
} %}
{% set ids = ["budget_scope", "cloud_provider", "customer_id"] %}
{% set so_far = (
    "partition by expected.budget_scope, expected.cloud_provider,"
    ~ " expected.customer_id, expected.month order by expected.date"
    ~ " rows between unbounded preceding and current row"
) %}

with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    costs as (
        select daily.*, {{ first_day_of_month("daily.date") }} as month
        from {{ ref("daily_costs") }} as daily
        inner join as_of on daily.date <= as_of.as_of_date
        where daily.date >= as_of.month
    ),

    errors as (select * from {{ ref("int_forecast_errors") }} where past_forecasts > 1),

    parts as (

        select
            forecasts.customer_id,
            forecasts.cloud_provider,
            forecasts.date,
            forecasts.history_days,
            forecasts.expected_usage_cost_usd,
            cast(0 as {{ type_money() }}) as expected_charge_usd
        from {{ ref("int_usage_forecasts") }} as forecasts
        inner join as_of on forecasts.origin_date = as_of.as_of_date

        union all

        select
            customer_id,
            cloud_provider,
            date,
            0 as history_days,
            cast(0 as {{ type_money() }}) as expected_usage_cost_usd,
            expected_charge_usd
        from {{ ref("int_known_charges_forecast") }}

    ),

    {% for scope, keys in scopes.items() %}
        {% set grouped = keys | reject("equalto", "'all'") | list %}
        {{ scope }}_days as (

            select
                '{{ scope }}' as budget_scope,
                {{ keys[0] }} as cloud_provider,
                {{ keys[1] }} as customer_id,
                date,
                max(history_days) as history_days,
                {{ sum_money("expected_usage_cost_usd") }} as forecast_usage_cost_usd,
                {{ sum_money("expected_charge_usd") }} as forecast_other_cost_usd
            from parts
            group by {% for key in grouped %} {{ key }}, {% endfor %} date

        ),

        {{ scope }}_costs as (

            select
                '{{ scope }}' as budget_scope,
                {{ keys[0] }} as cloud_provider,
                {{ keys[1] }} as customer_id,
                month,
                {{ sum_money("cost_usd") }} as cost_usd
            from costs
            group by {% for key in grouped %} {{ key }}, {% endfor %} month

        ),
    {% endfor %}

    days as (

        {% for scope in scopes %}
            select * from {{ scope }}_days {{ "union all" if not loop.last }}
        {% endfor %}

    ),

    months as (

        {% for scope in scopes %}
            select * from {{ scope }}_costs {{ "union all" if not loop.last }}
        {% endfor %}

    ),

    expected as (

        select
            days.*,
            as_of.as_of_date,
            {{ first_day_of_month("days.date") }} as month,
            {{ dbt.datediff("as_of.as_of_date", "days.date", "day") }} as horizon_days
        from days
        cross join as_of

    ),

    banded as (

        select expected.*, {{ weeks_ahead("horizon_days") }} as weeks_ahead
        from expected

    ),

    -- Where no forecast has reached so far yet, the longest known error stands for it.
    known as (

        select
            {% for id in ids %} banded.{{ id }}, {% endfor %}
            banded.weeks_ahead,
            max(errors.weeks_ahead) as known_weeks_ahead
        from banded
        inner join
            errors
            on banded.budget_scope = errors.budget_scope
            and banded.cloud_provider = errors.cloud_provider
            and banded.customer_id = errors.customer_id
            and banded.weeks_ahead >= errors.weeks_ahead
        group by {% for id in ids %} banded.{{ id }}, {% endfor %} banded.weeks_ahead

    ),

    measured as (

        select
            expected.*,
            coalesce(errors.past_forecasts, 0) as past_forecasts,
            errors.daily_error * {{ var("forecast_range_width") }} as daily_range,
            errors.summed_error * {{ var("forecast_range_width") }} as summed_range,
            cast(
                expected.forecast_usage_cost_usd
                + expected.forecast_other_cost_usd as {{ type_money() }}
            ) as forecast_cost_usd,
            coalesce(months.cost_usd, cast(0 as {{ type_money() }})) as cost_so_far_usd,
            cast(
                sum(
                    expected.forecast_usage_cost_usd + expected.forecast_other_cost_usd
                ) over ({{ so_far }}) as {{ type_money() }}
            ) as forecast_so_far_usd
        from banded as expected
        left join
            known
            on expected.budget_scope = known.budget_scope
            and expected.cloud_provider = known.cloud_provider
            and expected.customer_id = known.customer_id
            and expected.weeks_ahead = known.weeks_ahead
        left join
            errors
            on known.budget_scope = errors.budget_scope
            and known.cloud_provider = errors.cloud_provider
            and known.customer_id = errors.customer_id
            and known.known_weeks_ahead = errors.weeks_ahead
        left join
            months
            on expected.budget_scope = months.budget_scope
            and expected.cloud_provider = months.cloud_provider
            and expected.customer_id = months.customer_id
            and expected.month = months.month

    ),

    final as (

        select
            -- ids
            date,
            budget_scope,
            cloud_provider,
            customer_id,

            -- attributes
            month,
            as_of_date,
            horizon_days,
            case
                when history_days >= 28
                then 'weekday and trend'
                when history_days >= 14
                then 'weekday'
                when history_days > 0
                then 'recent mean'
                else 'known charges'
            end as forecast_method,
            history_days,
            past_forecasts,

            -- measures: the day
            forecast_cost_usd,
            forecast_usage_cost_usd,
            forecast_other_cost_usd,
            {{
                to_money(
                    "forecast_cost_usd - case when daily_range > 1 then 1"
                    ~ " else daily_range end * abs(forecast_cost_usd)"
                )
            }} as forecast_low_usd,
            {{ to_money("forecast_cost_usd + daily_range * abs(forecast_cost_usd)") }}
            as forecast_high_usd,

            -- measures: the month up to the day
            cast(
                cost_so_far_usd + forecast_so_far_usd as {{ type_money() }}
            ) as month_forecast_usd,
            {{
                to_money(
                    "cost_so_far_usd + forecast_so_far_usd - case when summed_range > 1"
                    ~ " then 1 else summed_range end * abs(forecast_so_far_usd)"
                )
            }} as month_forecast_low_usd,
            {{
                to_money(
                    "cost_so_far_usd + forecast_so_far_usd"
                    ~ " + summed_range * abs(forecast_so_far_usd)"
                )
            }} as month_forecast_high_usd
        from measured

    )

select *
from final
