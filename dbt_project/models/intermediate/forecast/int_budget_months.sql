{# What each month has cost so far beside its budget, with what it is called and how far the
   month is. #}
{% set ids = ["budget_scope", "cloud_provider", "customer_id", "team"] %}

with

    as_of as (select * from {{ ref("int_as_of_date") }}),

    customers as (select * from {{ ref("dim_customers") }}),

    budgets as (select * from {{ ref("int_budgets") }}),

    months as (select * from {{ ref("int_month_costs") }}),

    total_budget as (

        select
            {% if var("total_monthly_budget_usd") is not none %}
                cast({{ var("total_monthly_budget_usd") }} as {{ type_money() }})
            {% else %} {{ sum_money("monthly_budget_usd") }}
            {% endif %} as monthly_budget_usd
        from customers

    ),

    joined as (

        select
            months.*,
            case
                when months.budget_scope = 'total'
                then total_budget.monthly_budget_usd
                when months.budget_scope = 'customer'
                then customers.monthly_budget_usd
                else budgets.monthly_budget_usd
            end as monthly_budget_usd,
            customers.customer_name
        from months
        cross join total_budget
        left join
            customers
            on months.budget_scope = 'customer'
            and months.customer_id = customers.customer_id
        left join
            budgets
            on months.budget_scope = budgets.budget_scope
            and months.cloud_provider = budgets.cloud_provider
            and months.team = budgets.team

    ),

    final as (

        select
            -- ids
            joined.month,
            {% for id in ids %} joined.{{ id }}, {% endfor %}

            -- attributes
            case
                when joined.budget_scope = 'customer'
                then joined.customer_name
                else 'All customers'
            end as customer_name,
            case
                when joined.budget_scope = 'customer'
                then joined.customer_name
                when joined.budget_scope = 'provider'
                then joined.cloud_provider
                when joined.budget_scope = 'team'
                then joined.team
                else 'All customers'
            end as budget_name,
            {{ as_bool("joined.month = as_of.month") }} as is_current_month,
            case
                when joined.month = as_of.month
                then as_of.as_of_date
                else {{ add_days(dbt.dateadd("month", 1, "joined.month"), -1) }}
            end as as_of_date,
            {{ add_days(dbt.dateadd("month", 1, "joined.month"), -1) }} as month_end,
            {{
                dbt.datediff(
                    "joined.month", dbt.dateadd("month", 1, "joined.month"), "day"
                )
            }} as days_in_month,

            -- measures
            joined.cost_usd,
            joined.monthly_budget_usd
        from joined
        cross join as_of

    )

select *
from final
