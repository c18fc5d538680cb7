{# The condition under which a row of a mart is a customer's own: the customer's column
   against an expression, and what the var tenant_marts asks beside it. #}
{% macro tenant_rows(mart, customer) -%}
    {%- set rule = var("tenant_marts")[mart] -%}
    {%- set column = adapter.quote(rule.customer) -%}
    {%- set own = column ~ " = " ~ customer -%}
    {{ return(own ~ (" and " ~ rule.where if rule.where else "")) }}
{%- endmacro %}
