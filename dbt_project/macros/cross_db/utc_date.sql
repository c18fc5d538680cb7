{# The UTC day of a timestamp that is kept in UTC. #}
{% macro utc_date(expression) -%}
    {{ return(adapter.dispatch("utc_date", "llm_costs")(expression)) }}
{%- endmacro %}

{% macro default__utc_date(expression) -%}
    {{ return("cast(" ~ expression ~ " as date)") }}
{%- endmacro %}
