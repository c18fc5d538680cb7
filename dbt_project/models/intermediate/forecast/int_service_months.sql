{# The usage of each service in the running month so far and in the two months before it, to
   hold the charges against that may follow it. #}
with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    final as (

        select
            unified.cloud_provider,
            coalesce(unified.service, '') as service,
            {% for months_ago, condition in {
                0: "unified.date >= as_of.month",
                1: "unified.date >= as_of.previous_month"
                ~ " and unified.date < as_of.month",
                2: "unified.date < as_of.previous_month",
            }.items() %}
                cast(
                    sum(
                        case when {{ condition }} then unified.cost_usd else 0 end
                    ) as {{ type_double() }}
                ) as service_usage_{{ months_ago }}{{ "," if not loop.last }}
            {% endfor %}
        from {{ ref("unified_costs") }} as unified
        inner join
            as_of
            on unified.date <= as_of.as_of_date
            and unified.date >= as_of.second_last_month
        where unified.charge_category = 'Usage'
        group by unified.cloud_provider, coalesce(unified.service, '')

    )

select *
from final
