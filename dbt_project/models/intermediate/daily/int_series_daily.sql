{# The daily cost of everything that is watched: the total, each provider, service, model
   and customer. One row per series and day, from the first day with cost to the last
   complete day of the bills, days without cost included as 0.

   Usage only: a month's tax or a yearly fee booked on one day is no anomaly of that day. #}
{{ config(materialized="table") }}

{% set scopes = {
    "total": "'all'",
    "provider": "cloud_provider",
    "service": dbt.concat(["cloud_provider", "' / '", "service"]),
    "model": "model",
    "customer": "customer_id",
} %}

with

    costs as (

        select date, cloud_provider, service, model, customer_id, usage_cost_usd
        from {{ ref("daily_costs") }}

    ),

    provider_days as (

        select
            cloud_provider,
            min(case when days_behind <= 3 then last_complete_date end) as fresh_until,
            max(last_complete_date) as complete_until
        from {{ ref("data_freshness") }}
        group by cloud_provider

    ),

    {# A provider whose bill is late ends its own series early, not those of the others. #}
    last_complete_days as (

        select cloud_provider, coalesce(fresh_until, complete_until) as last_date
        from provider_days
        union all
        select 'all' as cloud_provider, min(fresh_until) as last_date
        from provider_days

    ),

    dates as (select date, weekday from {{ ref("int_dates") }}),

    {% for scope, key in scopes.items() %}
        {{ scope }}_series as (

            select
                '{{ scope }}' as scope_type,
                {{ key }} as scope_key,
                {{ "cloud_provider" if scope in ("provider", "service") else "'all'" }}
                as cloud_provider,
                {{ "service" if scope == "service" else "'all'" }} as service,
                {{ "model" if scope == "model" else "'all'" }} as model,
                {{ "customer_id" if scope == "customer" else "'all'" }} as customer_id,
                date,
                {{ sum_money("usage_cost_usd") }} as cost_usd
            from costs
            {% if scope == "model" %} where model != 'not_applicable' {% endif %}
            group by
                {% if scope in ("provider", "service") %} cloud_provider, {% endif %}
                {% if scope == "service" %} service, {% endif %}
                {% if scope == "model" %} model, {% endif %}
                {% if scope == "customer" %} customer_id, {% endif %}
                date

        ),
    {% endfor %}

    observed as (

        {% for scope in scopes %}
            select *
            from {{ scope }}_series
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}

    ),

    series as (

        select
            scope_type,
            scope_key,
            cloud_provider,
            service,
            model,
            customer_id,
            min(date) as first_date
        from observed
        where cost_usd != 0
        group by scope_type, scope_key, cloud_provider, service, model, customer_id

    ),

    final as (

        select
            series.scope_type,
            series.scope_key,
            series.cloud_provider,
            series.service,
            series.model,
            series.customer_id,
            dates.date,
            dates.weekday,
            coalesce(observed.cost_usd, cast(0 as {{ type_money() }})) as cost_usd,
            row_number() over (
                partition by series.scope_type, series.scope_key order by dates.date
            )
            - 1 as history_days
        from series
        inner join
            last_complete_days
            on series.cloud_provider = last_complete_days.cloud_provider
        inner join
            dates
            on series.first_date <= dates.date
            and last_complete_days.last_date >= dates.date
        left join
            observed
            on series.scope_type = observed.scope_type
            and series.scope_key = observed.scope_key
            and dates.date = observed.date

    )

select *
from final
