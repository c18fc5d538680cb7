{# The lumps of each tax, credit or purchase by month, and whether they follow usage.

   A tax may be booked on the month's first day and raised with the usage; a lump keeps its
   amount. Which of the two a charge is, two months in a row tell: it follows usage if its
   share of the provider's usage changed less than its amount did, and by less than half as
   much again. What was seen in one month only has shown neither. #}
{% set months = [0, 1, 2] %}
{% set pairs = [0, 1] %}
{% set key = ["customer_id", "cloud_provider", "charge_category", "service", "sku"] %}

with

    as_of as (

        select
            month,
            previous_month,
            {{ first_day_of_month(dbt.dateadd("month", -2, "month")) }}
            as second_last_month
        from {{ ref("int_as_of_date") }}

    ),

    usage as (

        select
            usage_days.cloud_provider,
            {% for months_ago, condition in {
                0: "usage_days.date >= as_of.month",
                1: "usage_days.date >= as_of.previous_month"
                ~ " and usage_days.date < as_of.month",
                2: "usage_days.date < as_of.previous_month",
            }.items() %}
                sum(
                    case when {{ condition }} then usage_days.cost else 0.0 end
                ) as usage_{{ months_ago }}{{ "," if not loop.last }}
            {% endfor %}
        from {{ ref("int_usage_days") }} as usage_days
        inner join as_of on usage_days.date >= as_of.second_last_month
        group by usage_days.cloud_provider

    ),

    lumps as (

        select
            {{ key | join(", ") }},
            {% for months_ago in months %}
                sum(
                    case when months_ago = {{ months_ago }} then cost else 0.0 end
                ) as cost_{{ months_ago }}{{ "," if not loop.last }}
            {% endfor %}
        from {{ ref("int_booked_charges") }}
        where is_lump = 1
        group by {{ key | join(", ") }}

    ),

    joined as (

        select lumps.*, usage.usage_0, usage.usage_1, usage.usage_2
        from lumps
        inner join usage on lumps.cloud_provider = usage.cloud_provider

    ),

    compared as (

        select
            *,
            {% for newer in pairs %}
                {% set older = newer + 1 %}
                case
                    when
                        cost_{{ newer }} * cost_{{ older }} > 0
                        and usage_{{ newer }} > 0
                        and usage_{{ older }} > 0
                    then
                        abs(
                            {{
                                natural_logarithm(
                                    "cost_%d / cost_%d" % (newer, older)
                                )
                            }}
                        )
                end as cost_change_{{ newer }},
                case
                    when
                        cost_{{ newer }} * cost_{{ older }} > 0
                        and usage_{{ newer }} > 0
                        and usage_{{ older }} > 0
                    then
                        abs(
                            {{
                                natural_logarithm(
                                    "(cost_%d / usage_%d) / (cost_%d / usage_%d)"
                                    % (newer, newer, older, older)
                                )
                            }}
                        )
                end as share_change_{{ newer }}{{ "," if not loop.last }}
            {% endfor %}
        from joined

    ),

    summed as (

        select
            *,
            coalesce(cost_change_0, 0.0) + coalesce(cost_change_1, 0.0) as cost_change,
            coalesce(share_change_0, 0.0)
            + coalesce(share_change_1, 0.0) as share_change,
            case when share_change_0 is null then 0 else 1 end
            + case when share_change_1 is null then 0 else 1 end as pairs
        from compared

    ),

    final as (

        select
            {{ key | join(", ") }},
            cost_0,
            cost_1,
            usage_0,
            usage_1,
            case
                when
                    charge_category in ('Tax', 'Credit')
                    and cost_1 != 0
                    and pairs > 0
                    and share_change <= cost_change
                    and share_change <= 0.4 * pairs
                then 1
                else 0
            end as follows_usage
        from summed

    )

select *
from final
