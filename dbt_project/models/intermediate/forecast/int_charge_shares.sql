{# Which share of a provider's usage the taxes and credits of each customer are, in the
   last full month; without one, in the month so far. Beside it, the running month's usage
   and how many tax lines it has, because a tax may not be booked yet. #}
{% set periods = ["previous", "current"] %}

with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    costs as (

        select
            unified.customer_id,
            unified.cloud_provider,
            unified.charge_category,
            unified.cost_usd,
            case
                when unified.date < as_of.month then 'previous' else 'current'
            end as month_period
        from {{ ref("unified_costs") }} as unified
        inner join
            as_of
            on unified.date <= as_of.as_of_date
            and unified.date >= as_of.previous_month

    ),

    provider_months as (

        select
            cloud_provider,
            {% for period in periods %}
                cast(
                    sum(
                        case
                            when
                                charge_category = 'Usage'
                                and month_period = '{{ period }}'
                            then cost_usd
                            else 0
                        end
                    ) as {{ type_double() }}
                ) as {{ period }}_usage,
            {% endfor %}
            sum(
                case
                    when charge_category = 'Tax' and month_period = 'current'
                    then 1
                    else 0
                end
            ) as current_tax_rows
        from costs
        group by cloud_provider

    ),

    compared as (

        select
            cloud_provider,
            current_usage,
            current_tax_rows,
            case
                when previous_usage > 0 then previous_usage else current_usage
            end as known_usage,
            case
                when previous_usage > 0 then 'previous' else 'current'
            end as known_period
        from provider_months
        where previous_usage > 0 or current_usage > 0

    ),

    final as (

        select
            costs.customer_id,
            costs.cloud_provider,
            compared.current_usage,
            compared.current_tax_rows,
            {% for name, categories in {
                "share_of_usage": "'Tax', 'Credit'",
                "tax_share_of_usage": "'Tax'",
            }.items() %}
                sum(
                    case
                        when costs.charge_category in ({{ categories }})
                        then cast(costs.cost_usd as {{ type_double() }})
                        else 0
                    end
                )
                / max(compared.known_usage) as {{ name }}{{ "," if not loop.last }}
            {% endfor %}
        from costs
        inner join
            compared
            on costs.cloud_provider = compared.cloud_provider
            and costs.month_period = compared.known_period
        group by
            costs.customer_id,
            costs.cloud_provider,
            compared.current_usage,
            compared.current_tax_rows

    )

select *
from final
