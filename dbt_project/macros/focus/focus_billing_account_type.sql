{# What a provider calls the account that pays, by the form of its id. #}
{% macro focus_billing_account_type(cloud_provider, account_id) -%}
    case
        when {{ cloud_provider }} = 'AWS'
        then 'Management Account'
        when {{ cloud_provider }} = 'GCP'
        then 'Billing Account'
        when {{ account_id }} like '%billingProfiles/%'
        then 'Billing Profile'
        when {{ account_id }} like '%billingAccounts/%'
        then 'Billing Account'
        when {{ account_id }} like '%managementGroups/%'
        then 'Management Group'
        else 'Subscription'
    end
{%- endmacro %}
