{# Everything that the name of a SKU says, one row per distinct SKU. What no rule knows is
   said to be unknown and counted by a test, never guessed.

   A FOCUS file that llm-costs wrote says these things itself; one that names no model
   there had none, or none that was known. #}
{{ config(materialized="table") }}

{% set has_said = "focus" in enabled_clouds() %}

with

    skus as (select * from {{ ref("int_skus") }}),

    models as (select * from {{ ref("int_sku_models") }}),

    token_types as (select * from {{ ref("int_sku_token_types") }}),

    units as (select * from {{ ref("int_sku_units") }}),

    pricing_tiers as (select * from {{ ref("int_sku_pricing_tiers") }}),

    deployment_scopes as (select * from {{ ref("int_sku_deployment_scopes") }}),

    context_lengths as (select * from {{ ref("int_sku_context_lengths") }}),

    {% if has_said %}
        said as (select * from {{ ref("int_focus_input_skus") }}),
    {% endif %}

    final as (

        select
            -- ids
            skus.sku_key,
            skus.cloud_provider,

            -- attributes
            skus.sku_product,
            skus.sku,
            skus.pricing_unit,
            {% if has_said %}
                case
                    when said.model is not null
                    then said.model
                    when said.sku_key is not null and models.model != 'unspecified'
                    then 'not_applicable'
                    else coalesce(models.model, 'unknown')
                end as model,
                case
                    when said.sku_key is not null
                    then coalesce(said.model_vendor, 'unknown')
                    else coalesce(models.model_vendor, 'unknown')
                end as model_vendor,
            {% else %}
                coalesce(models.model, 'unknown') as model,
                coalesce(models.model_vendor, 'unknown') as model_vendor,
            {% endif %}
            coalesce(models.model_family, 'unknown') as model_family,
            coalesce(
                {% if has_said %}said.token_type, {% endif %}
                token_types.token_type,
                'other'
            ) as token_type,
            case
                {% if has_said %}
                    when said.pricing_tier is not null then said.pricing_tier
                {% endif %}
                when token_types.token_type = 'provisioned'
                then 'provisioned'
                else coalesce(pricing_tiers.pricing_tier, 'on-demand')
            end as pricing_tier,
            coalesce(
                deployment_scopes.deployment_scope, 'unspecified'
            ) as deployment_scope,
            coalesce(context_lengths.context_length, 'standard') as context_length,
            coalesce(units.usage_unit, 'units') as usage_unit,

            -- measures
            cast(
                coalesce(units.units_per_quantity, 1) as {{ type_rate() }}
            ) as units_per_quantity
        from skus
        left join models on skus.sku_key = models.sku_key
        left join token_types on skus.sku_key = token_types.sku_key
        left join units on skus.sku_key = units.sku_key
        left join pricing_tiers on skus.sku_key = pricing_tiers.sku_key
        left join deployment_scopes on skus.sku_key = deployment_scopes.sku_key
        left join context_lengths on skus.sku_key = context_lengths.sku_key
        {% if has_said %} left join said on skus.sku_key = said.sku_key {% endif %}

    )

select *
from final
