{# A query on the landed rows of those current loads that are not read in place, with the
   columns of gcp_rows_in_place. #}
{% macro gcp_rows_landed() -%}
    select
        load_id,
        billing_account_id,
        project_id,
        sku_id,
        service_description,
        sku_description,
        location_region,
        usage_unit,
        usage_pricing_unit,
        usage_amount_in_pricing_units,
        cost_type,
        invoice_month,
        currency,
        currency_conversion_rate,
        cost,
        cost_at_list,
        credits_amount,
        credits_promotion_amount,
        labels,
        project_labels,
        usage_start_time,
        usage_end_time,
        cast(null as {{ dbt.type_timestamp() }}) as read_partition
    from {{ source("raw_gcp", "billing_rows") }}
    where
        load_id in (
            select load_id
            from {{ ref("stg_ops__current_loads") }}
            where source = 'gcp_billing' and read_until is null
        )
{%- endmacro %}
