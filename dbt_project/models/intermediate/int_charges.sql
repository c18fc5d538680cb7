{# All clouds' charges in the same columns. Still one row per line of a bill. #}
{% set columns = [
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
    "metered_quantity",
    "billed_cost",
    "list_cost",
    "effective_cost",
    "usd_per_unit_on_bill",
    "charge_date",
    "ingested_at",
] %}

{% for cloud in enabled_clouds() %}
    select
        {% for column in columns %} {{ column }}{{ "," if not loop.last }} {% endfor %}
    from {{ ref("int_" ~ cloud ~ "_charges") }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
