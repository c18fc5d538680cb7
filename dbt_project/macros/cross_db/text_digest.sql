{# The md5 of a text, in hexadecimal digits.

   On Redshift dbt.hash() casts to text first, which is varchar(256) there: longer texts
   that differ at the end only would have the same digest. #}
{% macro text_digest(expression) -%}
    {{ return(adapter.dispatch("text_digest", "llm_costs")(expression)) }}
{%- endmacro %}

{% macro default__text_digest(expression) -%}
    {{ return(dbt.hash(expression)) }}
{%- endmacro %}

{% macro redshift__text_digest(expression) -%}
    {{ return("md5(" ~ expression ~ ")") }}
{%- endmacro %}
