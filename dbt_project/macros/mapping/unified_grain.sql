{# The columns that make one row of unified_costs, and of the models it is made of. #}
{% macro unified_grain() -%}
    {{
        return(
            [
                "date",
                "cloud_provider",
                "billing_account_id",
                "sub_account_id",
                "project",
                "region",
                "service",
                "sku",
                "model",
                "token_type",
                "usage_unit",
                "model_vendor",
                "model_family",
                "pricing_tier",
                "context_length",
                "deployment_scope",
                "charge_category",
                "customer_id",
                "customer_attribution",
                "team",
                "environment",
                "feature",
                "billing_currency",
                "invoice_month",
            ]
        )
    }}
{%- endmacro %}
