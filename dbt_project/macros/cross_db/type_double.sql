{# Type of statistics, shares and unit prices: a floating point number of 64 bits.

   dbt.type_float() is 32 bits on DuckDB, where it cuts a price after seven digits. #}
{% macro type_double() -%}
    {{ return(adapter.dispatch("type_double", "llm_costs")()) }}
{%- endmacro %}

{% macro default__type_double() -%} {{ return("double precision") }} {%- endmacro %}

{% macro bigquery__type_double() -%} {{ return("float64") }} {%- endmacro %}
