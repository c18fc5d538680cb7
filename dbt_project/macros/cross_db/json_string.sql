{# A text as a JSON string, quoted and escaped; null stays null.

   Redshift has no function for it, so the default escapes what tags can hold: the
   backslash, which some engines escape in literals and is therefore made by its code,
   and the quotation mark. #}
{% macro json_string(expression) -%}
    {{ return(adapter.dispatch("json_string", "llm_costs")(expression)) }}
{%- endmacro %}

{% macro default__json_string(expression) -%}
    {%- set escaped = (
        "replace(replace("
        ~ expression
        ~ ", chr(92), chr(92) || chr(92)), '\"', chr(92) || '\"')"
    ) -%}
    {{ return("('\"' || " ~ escaped ~ " || '\"')") }}
{%- endmacro %}

{% macro duckdb__json_string(expression) -%}
    {{ return("cast(to_json(cast(" ~ expression ~ " as varchar)) as varchar)") }}
{%- endmacro %}

{% macro postgres__json_string(expression) -%}
    {{ return("cast(to_json(cast(" ~ expression ~ " as text)) as varchar)") }}
{%- endmacro %}

{% macro redshift__json_string(expression) -%}
    {{ return(llm_costs.default__json_string(expression)) }}
{%- endmacro %}

{# to_json_string() writes a null as the word null. #}
{% macro bigquery__json_string(expression) -%}
    {{
        return(
            "if("
            ~ expression
            ~ " is null, null, to_json_string("
            ~ expression
            ~ "))"
        )
    }}
{%- endmacro %}

{% macro sqlserver__json_string(expression) -%}
    {{ return("('\"' + string_escape(" ~ expression ~ ", 'json') + '\"')") }}
{%- endmacro %}
