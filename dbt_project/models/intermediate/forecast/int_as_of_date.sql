{# The day from which the future counts: the last complete day of all bills that are
   current. The var as_of_date, which only back-tests set, moves it to an earlier day. #}
with

    freshness as (select * from {{ ref("data_freshness") }}),

    last_complete_day as (

        select
            {% if var("as_of_date") is not none %}
                case
                    when
                        min(last_complete_date)
                        < cast('{{ var("as_of_date") }}' as date)
                    then min(last_complete_date)
                    else cast('{{ var("as_of_date") }}' as date)
                end as as_of_date
            {% else %} min(last_complete_date) as as_of_date
            {% endif %}
        from freshness
        where days_behind <= 3

    ),

    months as (

        select
            as_of_date,
            {{ first_day_of_month("as_of_date") }} as month,
            {{ first_day_of_month(dbt.dateadd("month", -1, "as_of_date")) }}
            as previous_month,
            {{ first_day_of_month(dbt.dateadd("month", -2, "as_of_date")) }}
            as second_last_month,
            {{ first_day_of_month(dbt.dateadd("month", 1, "as_of_date")) }}
            as next_month
        from last_complete_day

    ),

    final as (

        select
            as_of_date,
            month,
            previous_month,
            second_last_month,
            next_month,
            {{ add_days("next_month", -1) }} as month_end
        from months

    )

select *
from final
