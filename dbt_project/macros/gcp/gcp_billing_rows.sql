{# The rows of AI services of Google's bill, with the columns of the landed table: a query.

   They are landed by the loader. On BigQuery they need not be: where the setting
   LLM_COSTS_BIGQUERY_BILLING_EXPORT names the export's tables, they are read there.
   Months that were loaded from files before, and that the export may not even have, stay
   landed: each current load is read from one place, which its read_until tells. #}
{% macro gcp_billing_rows() -%}
    {{ return(adapter.dispatch("gcp_billing_rows", "llm_costs")()) }}
{%- endmacro %}

{% macro default__gcp_billing_rows() -%}
    {{ return("select * from " ~ source("raw_gcp", "billing_rows")) }}
{%- endmacro %}

{% macro bigquery__gcp_billing_rows() -%}
    {%- set setting = env_var("LLM_COSTS_BIGQUERY_BILLING_EXPORT", "") -%}
    {%- set queries = [gcp_rows_landed()] -%}
    {%- for table in setting.replace(" ", "").split(",") if table -%}
        {%- do queries.append(gcp_rows_in_place(table)) -%}
    {%- endfor -%}
    {%- if queries | length == 1 -%}
        {{ return(llm_costs.default__gcp_billing_rows()) }}
    {%- endif -%}
    {{ return(queries | join(" union all ")) }}
{%- endmacro %}
