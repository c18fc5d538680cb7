{# The first columns are the users' own and keep their names and order. Amounts are what
   the invoice says; a quantity is in tokens only where usage_unit says so.

   With the var allocate_unattributed, usage that no evidence gives to a customer is
   shared out among the customers; every mart then sees it so. A bill's shares then depend
   on all bills of its month, so the table is made anew each time; else only bills that
   were loaded since the last build are. #}
{{
    config(
        materialized="table" if var("allocate_unattributed") else "incremental",
        on_schema_change="sync_all_columns",
        pre_hook="{{ delete_outdated_loads(ref('int_daily_charges')) }}",
    )
}}
{% set grain = unified_grain() %}

with

    costs as (
        select *
        from
            {{
                (
                    ref("int_allocated_costs")
                    if var("allocate_unattributed")
                    else ref("int_attributed_costs")
                )
            }}
    ),

    final as (

        select
            -- the users' own columns
            date,
            cloud_provider,
            service,
            model,
            cost_usd,
            usage_amount,
            customer_id,
            token_type,
            ingested_at,

            -- attributes of the usage
            usage_unit,
            model_vendor,
            model_family,
            pricing_tier,
            context_length,
            deployment_scope,
            charge_category,

            -- measures
            list_cost_usd,
            effective_cost_usd,

            -- where it was used
            billing_account_id,
            sub_account_id,
            region,
            sku,
            project,
            team,
            environment,
            feature,
            customer_attribution,

            -- the bill's side
            billing_currency,
            cost_in_billing_currency,
            list_cost_in_billing_currency,
            effective_cost_in_billing_currency,
            invoice_month,

            -- ids
            {{ surrogate_key(grain) }} as unified_cost_id,
            load_id,
            '{{ definition_version() }}' as definition_version
        from costs
        where {{ load_is_new("load_id", ref("int_daily_charges")) }}

    )

select *
from final
