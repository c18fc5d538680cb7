{# Where a charge of a FOCUS file belongs and who caused it: FOCUS has one column for every
   provider's account, Google's project included, and tags spelled as each provider does. #}
{% set tagged = tagged_attributes() %}
{% set keys = dict(tagged, customer=var("customer_keys")) %}
{# AWS marks a tag that users made, in one way or another. #}
{% set prefixes = ["", "user:", "user_", "resourceTags/", "resourceTags/user:"] %}
{% set tag_keys = {} %}
{% for attribute, names in keys.items() %}
    {% do tag_keys.update({attribute: []}) %}
    {% for prefix in prefixes %}
        {% do tag_keys[attribute].extend(prefixed(prefix, names)) %}
    {% endfor %}
    {% do tag_keys[attribute].extend(prefixed("iamPrincipal/", names)) %}
{% endfor %}
{# A subscription is a path, and a resource's path names its group. #}
{% set subscription = text_before(
    "/", text_after("subscriptions/", "sub_account_id")
) %}
{% set group_in_path = text_before(
    "/", text_after("/resourcegroups/", "lower(resource_id)")
) %}

with

    terms as (select * from {{ ref("int_focus_input_terms") }}),

    places as (

        select
            *,
            case
                when cloud_provider = 'Azure'
                then coalesce({{ subscription }}, sub_account_id, billing_account_id)
                when cloud_provider = 'GCP'
                then coalesce(sub_account_id, '')
                else sub_account_id
            end as account,
            case
                when cloud_provider = 'Azure'
                then lower(coalesce(resource_group, {{ group_in_path }}, project))
                when cloud_provider = 'GCP'
                then sub_account_id
            end as provider_project
        from terms

    ),

    final as (

        select
            -- ids
            load_id,
            cloud_provider,
            billing_account_id,
            account as sub_account_id,
            provider_project as project,

            -- attributes
            charge_category,
            commitment_discount_status,
            region,
            provider_service,
            sku_product,
            sku,
            sku_hint,
            sku_unit,
            sku_quantity,
            billing_currency,
            pricing_currency,

            -- evidence of who caused it
            {{ first_json_text({"tags": tag_keys.customer, "labels": keys.customer}) }}
            as evidence_resource_tag,
            {{ text_after("application-inference-profile/", "resource_id") }}
            as evidence_inference_profile,
            cast(null as {{ type_text() }}) as evidence_iam_principal,
            case
                when cloud_provider = 'Azure' then provider_project
            end as evidence_resource_group,
            {{ first_json_text({"project_labels": keys.customer}) }}
            as evidence_project_label,
            case
                when cloud_provider = 'GCP' then provider_project
            end as evidence_project,
            case
                when cloud_provider = 'GCP' then billing_account_id else account
            end as evidence_account,
            {% for attribute in tagged %}
                {{
                    first_json_text(
                        {
                            "tags": tag_keys[attribute],
                            "labels": keys[attribute],
                            "project_labels": keys[attribute],
                        }
                    )
                }} as tagged_{{ attribute }},
            {% endfor %}

            -- measures
            billed_cost,
            effective_cost,
            list_cost,
            billing_currency_per_pricing_currency,

            -- times
            billing_period_start,
            charge_period_start,
            ingested_at
        from places

    )

select *
from final
