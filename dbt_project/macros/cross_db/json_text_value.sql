{# The text under one key of a JSON object that is kept as text; null where the key is
   absent. The key is a literal, because BigQuery wants its path constant. #}
{% macro json_text_value(expression, key) -%}
    {{ return(adapter.dispatch("json_text_value", "llm_costs")(expression, key)) }}
{%- endmacro %}

{% macro default__json_text_value(expression, key) -%}
    {{
        exceptions.raise_compiler_error(
            "json_text_value has no variant for this adapter: add one beside the others"
        )
    }}
{%- endmacro %}

{% macro duckdb__json_text_value(expression, key) -%}
    {{ return("json_extract_string(" ~ expression ~ ", '$.\"" ~ key ~ "\"')") }}
{%- endmacro %}

{% macro postgres__json_text_value(expression, key) -%}
    {{ return("(cast(" ~ expression ~ " as json) ->> '" ~ key ~ "')") }}
{%- endmacro %}

{% macro redshift__json_text_value(expression, key) -%}
    {{
        return(
            "nullif(json_extract_path_text("
            ~ expression
            ~ ", '"
            ~ key
            ~ "', true), '')"
        )
    }}
{%- endmacro %}

{% macro bigquery__json_text_value(expression, key) -%}
    {{ return("json_value(" ~ expression ~ ", '$.\"" ~ key ~ "\"')") }}
{%- endmacro %}

{% macro sqlserver__json_text_value(expression, key) -%}
    {{ return("json_value(" ~ expression ~ ", '$.\"" ~ key ~ "\"')") }}
{%- endmacro %}
