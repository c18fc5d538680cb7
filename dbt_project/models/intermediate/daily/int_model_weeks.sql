{# What each customer's models cost on a day on which one of them stood out, and what was
   usual by the median of the two weeks before and the customer's weekday. One row per day,
   customer and model. #}
{% set days = 14 %}

with

    costs as (

        select
            date,
            customer_id,
            model,
            max(model_vendor) as model_vendor,
            sum(cast(effective_usage_cost_usd as {{ type_double() }})) as cost
        from {{ ref("daily_costs") }}
        where model != 'not_applicable'
        group by date, customer_id, model

    ),

    customer_days as (

        select scope_key as customer_id, date, day_index
        from {{ ref("int_series_profiles") }}
        where scope_type = 'customer'

    ),

    unusual as (

        select date, scope_key as model
        from {{ ref("int_series_verdicts") }}
        where scope_type = 'model' and status in ('High', 'Low')

    ),

    unusual_days as (

        select distinct unusual.date, costs.customer_id
        from unusual
        inner join
            costs
            on unusual.model = costs.model
            and costs.date >= {{ add_days("unusual.date", -days) }}
            and costs.date <= unusual.date

    ),

    levels as (

        select
            unusual_days.date,
            unusual_days.customer_id,
            costs.model,
            costs.model_vendor,
            case when costs.date = unusual_days.date then 1 else 0 end as is_today,
            costs.cost / customer_days.day_index as level_cost
        from unusual_days
        inner join
            costs
            on unusual_days.customer_id = costs.customer_id
            and costs.date >= {{ add_days("unusual_days.date", -days) }}
            and costs.date <= unusual_days.date
        inner join
            customer_days
            on costs.customer_id = customer_days.customer_id
            and costs.date = customer_days.date

    ),

    ordered as (

        select
            *,
            -- Counted from the dearest day, since days without cost have no row.
            row_number() over (
                partition by date, customer_id, model, is_today order by level_cost desc
            ) as position
        from levels

    ),

    final as (

        select
            ordered.date,
            ordered.customer_id,
            ordered.model,
            max(ordered.model_vendor) as model_vendor,
            customer_days.day_index * sum(
                case when ordered.is_today = 1 then ordered.level_cost else 0 end
            ) as cost,
            customer_days.day_index * sum(
                case
                    when
                        ordered.is_today = 0
                        and ordered.position in ({{ days // 2 }}, {{ days // 2 + 1 }})
                    then ordered.level_cost / 2.0
                    else 0
                end
            ) as usual_cost
        from ordered
        inner join
            customer_days
            on ordered.customer_id = customer_days.customer_id
            and ordered.date = customer_days.date
        group by
            ordered.date, ordered.customer_id, ordered.model, customer_days.day_index

    )

select *
from final
