{# What explains a model's unusual day without anything being wrong: usage that only moved
   from or to other models of the same customers, and customers in their first days. One
   row per unusual day of a model. #}
with

    unusual as (

        select date, scope_key as model, status
        from {{ ref("int_series_verdicts") }}
        where scope_type = 'model' and status in ('High', 'Low')

    ),

    customers as (

        select date, scope_key as customer_id, status
        from {{ ref("int_series_verdicts") }}
        where scope_type = 'customer'

    ),

    changes as (select * from {{ ref("int_model_changes") }}),

    final as (

        select
            unusual.date,
            unusual.model,
            sum(changes.change) as change,
            sum(
                case
                    when unusual.status = 'High' and changes.moved > 0
                    then changes.moved
                    when unusual.status = 'Low' and changes.moved < 0
                    then changes.moved
                    else 0
                end
            ) as moved,
            sum(
                case
                    when customers.status not in ('New', 'Not enough history')
                    then 0
                    when changes.change > 0
                    then changes.change
                    else 0
                end
            ) as brought
        from unusual
        inner join
            changes on unusual.date = changes.date and unusual.model = changes.model
        inner join
            customers
            on changes.date = customers.date
            and changes.customer_id = customers.customer_id
        group by unusual.date, unusual.model

    )

select *
from final
