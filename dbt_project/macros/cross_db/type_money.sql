{# Type of every money column, in whatever currency it is kept.

   Nine decimals hold one token of the cheapest model. dbt.type_numeric() has six, and a
   bare numeric is decimal(18, 3) on DuckDB, so neither may be used for money. #}
{% macro type_money() -%}
    {{ return(adapter.dispatch("type_money", "llm_costs")()) }}
{%- endmacro %}

{% macro default__type_money() -%} {{ return("numeric(28, 9)") }} {%- endmacro %}

{% macro bigquery__type_money() -%} {{ return("numeric") }} {%- endmacro %}
