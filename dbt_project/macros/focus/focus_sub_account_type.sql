{# What a provider calls the account that uses; null where the charge has none. #}
{% macro focus_sub_account_type(cloud_provider, account_id) -%}
    case
        when coalesce({{ account_id }}, '') = ''
        then null
        when {{ cloud_provider }} = 'AWS'
        then 'Member Account'
        when {{ cloud_provider }} = 'GCP'
        then 'Project'
        else 'Subscription'
    end
{%- endmacro %}
