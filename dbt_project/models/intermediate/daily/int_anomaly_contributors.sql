{# Who or what moved most on the day of an anomaly, or of a model's shift: the customer or
   model inside the series whose cost changed most, in the day's direction, against its own
   mean of the 7 days before. One row per such day that has a contributor. #}
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
            case when robust_score > 0 then 1 else -1 end as direction
        from {{ ref("int_series_judged") }}
        where status in ('High', 'Low', 'Shifted')

    ),

    costs as (select * from {{ ref("daily_costs") }}),

    {% for contributor_type, column in dimensions.items() %}
        {{ contributor_type }}_changes as (

            select
                anomalies.date,
                anomalies.scope_type,
                anomalies.scope_key,
                anomalies.direction,
                '{{ contributor_type }}' as contributor_type,
                costs.{{ column }} as contributor,
                {{
                    sum_money(
                        "case when costs.date = anomalies.date"
                        ~ " then costs.effective_usage_cost_usd else 0 end"
                    )
                }} - cast(
                    {{
                        sum_money(
                            "case when costs.date < anomalies.date"
                            ~ " then costs.effective_usage_cost_usd else 0 end"
                        )
                    }} / 7.0 as {{ type_money() }}
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
                anomalies.direction,
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
                    direction * change_usd desc,
                    contributor_type asc,
                    {{ in_byte_order("contributor") }} asc
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
