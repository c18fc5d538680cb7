{# Columns that describe a charge, the same for all clouds; its amounts come beside them. #}
{% macro charge_dimensions() -%}
    {{
        return(
            [
                "load_id",
                "cloud_provider",
                "billing_account_id",
                "sub_account_id",
                "project",
                "service_code",
                "region",
                "sku_product",
                "sku",
                "sku_hint",
                "pricing_unit",
                "charge_category",
                "billing_currency",
                "invoice_month",
                "evidence_resource_tag",
                "evidence_inference_profile",
                "evidence_iam_principal",
                "evidence_resource_group",
                "evidence_project_label",
                "evidence_project",
                "evidence_account",
                "tagged_team",
                "tagged_environment",
                "tagged_feature",
                "units_per_usd_on_bill",
                "charge_date",
            ]
        )
    }}
{%- endmacro %}
