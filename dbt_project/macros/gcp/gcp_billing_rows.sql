{# The rows of AI services of Google's bill, with the columns of the landed table: a query.

   They are landed by the loader. On BigQuery they need not be: where the setting
   LLM_COSTS_BIGQUERY_BILLING_EXPORT names the export's tables, they are read there. #}
{% macro gcp_billing_rows() -%}
    {{ return(adapter.dispatch("gcp_billing_rows", "llm_costs")()) }}
{%- endmacro %}

{% macro default__gcp_billing_rows() -%}
    {{ return("select * from " ~ source("raw_gcp", "billing_rows")) }}
{%- endmacro %}

{% macro bigquery__gcp_billing_rows() -%}
    {%- set landed = llm_costs.default__gcp_billing_rows() -%}
    {%- set setting = env_var("LLM_COSTS_BIGQUERY_BILLING_EXPORT", "") -%}
    {%- set queries = [] -%}
    {%- for table in setting.replace(" ", "").split(",") if table -%}
        {%- do queries.append(gcp_rows_in_place(table)) -%}
    {%- endfor -%}
    {{ return(queries | join(" union all ") or landed) }}
{%- endmacro %}
