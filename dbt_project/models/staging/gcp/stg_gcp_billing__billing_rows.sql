{# The cost of a row is before credits, and credits come in two kinds: discounts, which
   lower the price of the usage, and promotions, which pay for it for a while. Rows have
   no id; corrections are further rows with an old usage time and a new invoice month. #}
with

    billing_rows as ({{ gcp_billing_rows() }}),

    current_loads as (

        select distinct load_id, loaded_at
        from {{ ref("stg_ops__current_loads") }}
        where source = 'gcp_billing'

    ),

    renamed as (

        select
            -- ids
            billing_rows.load_id,
            billing_rows.billing_account_id,
            billing_rows.project_id,
            billing_rows.sku_id,

            -- attributes
            billing_rows.service_description,
            billing_rows.sku_description,
            billing_rows.location_region as region,
            billing_rows.usage_unit,
            billing_rows.usage_pricing_unit as pricing_unit,
            billing_rows.cost_type,
            {{ month_from_digits("billing_rows.invoice_month") }} as invoice_month,
            billing_rows.currency as billing_currency,
            billing_rows.labels,
            billing_rows.project_labels,

            -- measures
            cast(
                coalesce(
                    billing_rows.usage_amount_in_pricing_units, 0
                ) as {{ type_quantity() }}
            ) as metered_quantity,
            {{ to_money("billing_rows.cost") }} as gross_cost,
            {{ to_money("coalesce(billing_rows.credits_amount, 0)") }}
            as credits_amount,
            {{ to_money("coalesce(billing_rows.credits_promotion_amount, 0)") }}
            as promotion_credits_amount,
            {{ to_money("billing_rows.cost_at_list") }} as list_cost,
            cast(
                billing_rows.currency_conversion_rate as {{ type_rate() }}
            ) as billing_currency_per_usd,

            -- times
            cast(
                billing_rows.usage_start_time as {{ dbt.type_timestamp() }}
            ) as charge_period_start,
            cast(
                billing_rows.usage_end_time as {{ dbt.type_timestamp() }}
            ) as charge_period_end,
            current_loads.loaded_at as ingested_at,

            -- where it is read
            {% if gcp_is_read_in_place() %} billing_rows.read_partition
            {% else %} cast(null as {{ dbt.type_timestamp() }})
            {% endif %} as read_partition
        from billing_rows
        inner join current_loads on billing_rows.load_id = current_loads.load_id

    )

select *
from renamed
