{# The loader that writes a cloud's bills, as the ledger names it. #}
{% macro source_of_cloud(cloud) -%}
    {{
        return(
            {
                "aws": "aws_cur",
                "azure": "azure_costs",
                "gcp": "gcp_billing",
                "focus": "focus_costs",
            }[cloud]
        )
    }}
{%- endmacro %}
