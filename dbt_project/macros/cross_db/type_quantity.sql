{# Type of every metered quantity: tokens, hours, images, requests.

   Six decimals keep fractions of an hour; the other digits hold a year's tokens of a
   large company many times over. #}
{% macro type_quantity() -%}
    {{ return(adapter.dispatch("type_quantity", "llm_costs")()) }}
{%- endmacro %}

{% macro default__type_quantity() -%} {{ return("numeric(30, 6)") }} {%- endmacro %}

{# BigQuery keeps nine decimals and cuts to six only where it is told to. #}
{% macro bigquery__type_quantity() -%} {{ return("numeric(30, 6)") }} {%- endmacro %}
