{# The lumps of each tax, credit or purchase by month, and whether they follow usage.

   A tax may be booked on the month's first day and raised with the usage; a lump keeps its
   amount. Which of the two a charge is, two months in a row tell: it follows usage if its
   share of the usage of its provider, or of its service there, changed no more than its
   amount did, and by less than half as much again. What was seen in one month only has
   shown neither. #}
{% set months = [0, 1, 2] %}
{% set pairs = [0, 1] %}
{% set bases = ["usage", "service_usage"] %}
{% set key = ["customer_id", "cloud_provider", "charge_category", "service", "sku"] %}

with

    service_months as (select * from {{ ref("int_service_months") }}),

    provider_months as (

        select
            cloud_provider,
            {% for months_ago in months %}
                sum(service_usage_{{ months_ago }}) as usage_{{ months_ago }}
                {{- "," if not loop.last }}
            {% endfor %}
        from service_months
        group by cloud_provider

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

        select
            lumps.*,
            {% for months_ago in months %}
                provider_months.usage_{{ months_ago }},
                service_months.service_usage_{{ months_ago }}
                {{- "," if not loop.last }}
            {% endfor %}
        from lumps
        inner join
            provider_months on lumps.cloud_provider = provider_months.cloud_provider
        left join
            service_months
            on lumps.cloud_provider = service_months.cloud_provider
            and lumps.service = service_months.service

    ),

    compared as (

        select
            *,
            {% for newer in pairs %}
                {% set older = newer + 1 %}
                {% set both_booked = "cost_%d * cost_%d > 0" % (newer, older) %}
                {% set ratio = "cost_%d / cost_%d" % (newer, older) %}
                case
                    when
                        {{ both_booked }}
                        and usage_{{ newer }} > 0
                        and usage_{{ older }} > 0
                    then abs({{ natural_logarithm(ratio) }})
                end as cost_change_{{ newer }},
                {% for base in bases %}
                    case
                        when
                            {{ both_booked }}
                            and {{ base }}_{{ newer }} > 0
                            and {{ base }}_{{ older }} > 0
                        then
                            abs(
                                {{ natural_logarithm(ratio) }}
                                - {{
                                    natural_logarithm(
                                        "%s_%d / %s_%d" % (base, newer, base, older)
                                    )
                                }}
                            )
                    end as {{ base }}_change_{{ newer }}{{ "," if not loop.last }}
                {% endfor %} {{ "," if not loop.last }}
            {% endfor %}
        from joined

    ),

    summed as (

        select
            *,
            case when cost_change_0 is null then 0 else 1 end
            + case when cost_change_1 is null then 0 else 1 end as pairs,
            coalesce(cost_change_0, 0.0) + coalesce(cost_change_1, 0.0) as cost_change,
            coalesce(usage_change_0, 0.0)
            + coalesce(usage_change_1, 0.0) as provider_share_change,
            coalesce(service_usage_change_0, usage_change_0, 0.0) + coalesce(
                service_usage_change_1, usage_change_1, 0.0
            ) as service_share_change
        from compared

    ),

    judged as (

        select
            *,
            case
                when service_share_change < provider_share_change
                then service_share_change
                else provider_share_change
            end as share_change
        from summed

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
        from judged

    )

select *
from final
