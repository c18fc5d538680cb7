{# Who or what moved most on the day of an anomaly: the customer or model inside the
   series whose cost changed most, in the anomaly's direction, against its own mean of the
   7 days before. One row per anomaly that has a contributor. #}
{% set dimensions = {"customer": "customer_id", "model": "model"} %}

with

    anomalies as (

        select
            date,
            scope_type,
            scope_key,
            cloud_provider,
            service,
            model,
            customer_id,
            status
        from {{ ref("int_series_judged") }}
        where is_anomaly = {{ true_value() }}

    ),

    costs as (select * from {{ ref("daily_costs") }}),

    {% for contributor_type, column in dimensions.items() %}
        {{ contributor_type }}_changes as (

            select
                anomalies.date,
                anomalies.scope_type,
                anomalies.scope_key,
                anomalies.status,
                '{{ contributor_type }}' as contributor_type,
                costs.{{ column }} as contributor,
                {{
                    sum_money(
                        "case when costs.date = anomalies.date"
                        ~ " then costs.usage_cost_usd else 0 end"
                    )
                }} - cast(
                    sum(
                        case
                            when costs.date < anomalies.date
                            then costs.usage_cost_usd
                            else 0
                        end
                    )
                    / 7.0 as {{ type_money() }}
                ) as change_usd
            from anomalies
            inner join
                costs
                on costs.date >= {{ add_days("anomalies.date", -7) }}
                and costs.date <= anomalies.date
                and anomalies.cloud_provider in ('all', costs.cloud_provider)
                and anomalies.service in ('all', costs.service)
                and anomalies.model in ('all', costs.model)
                and anomalies.customer_id in ('all', costs.customer_id)
            where anomalies.scope_type != '{{ contributor_type }}'
            group by
                anomalies.date,
                anomalies.scope_type,
                anomalies.scope_key,
                anomalies.status,
                costs.{{ column }}

        ),
    {% endfor %}

    changes as (

        {% for contributor_type in dimensions %}
            select *
            from {{ contributor_type }}_changes
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}

    ),

    ranked as (

        select
            *,
            row_number() over (
                partition by date, scope_type, scope_key
                order by
                    case
                        when status = 'High' then change_usd else - change_usd
                    end desc,
                    contributor_type asc,
                    contributor asc
            ) as preference
        from changes

    )

select
    date,
    scope_type,
    scope_key,
    contributor_type as top_contributor_type,
    contributor as top_contributor,
    cast(change_usd as {{ type_money() }}) as top_contributor_change_usd
from ranked
where preference = 1
