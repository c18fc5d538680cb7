{# Charges summed to days. Mapping and attribution happen on this, once per distinct SKU
   and once per distinct evidence, so their price does not grow with the hours.

   A load never changes once it is current, so its lines are read once: a build reads the
   loads that came since the last one and forgets those that they replaced. #}
{{
    config(
        materialized="incremental",
        on_schema_change="sync_all_columns",
        pre_hook="{{ delete_outdated_loads(ref('stg_ops__current_loads')) }}",
    )
}}

{% set dimensions = charge_dimensions() %}
{% set sku_columns = [
    "cloud_provider",
    "sku_product",
    "sku",
    "sku_hint",
    "pricing_unit",
] %}
{% set evidence_columns = [
    "cloud_provider",
    "evidence_resource_tag",
    "evidence_inference_profile",
    "evidence_iam_principal",
    "evidence_resource_group",
    "evidence_project_label",
    "evidence_project",
    "evidence_account",
    "tagged_team",
    "tagged_environment",
] %}

with

    charges as (select * from {{ ref("int_charges") }}),

    daily as (

        select
            {% for dimension in dimensions %} {{ dimension }}, {% endfor %}
            {{ sum_quantity("metered_quantity") }} as metered_quantity,
            {{ sum_money("billed_cost") }} as billed_cost,
            {{ sum_money("list_cost") }} as list_cost,
            {{ sum_money("effective_cost") }} as effective_cost,
            max(ingested_at) as ingested_at
        from charges
        where
            {{ load_is_new("load_id", ref("stg_ops__current_loads")) }}
            and
            {{ gcp_partition_is_new("read_partition", ref("stg_ops__current_loads")) }}
        group by
            {% for dimension in dimensions %}
                {{ dimension }}{{ "," if not loop.last }}
            {% endfor %}

    ),

    final as (

        select
            *,
            {{ surrogate_key(sku_columns) }} as sku_key,
            {{ surrogate_key(evidence_columns) }} as evidence_key,
            '{{ definition_version() }}' as definition_version
        from daily

    )

select *
from final
