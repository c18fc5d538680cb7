{# A timestamp in UTC without a zone, whatever the loader stored.

   dlt lands `timestamp with time zone` on every destination; a cast to a zoneless type
   would use the session's zone, so the zone is taken off explicitly. #}
{% macro utc_timestamp(expression) -%}
    {{ return(adapter.dispatch("utc_timestamp", "llm_costs")(expression)) }}
{%- endmacro %}

{% macro default__utc_timestamp(expression) -%}
    {{
        return(
            "cast(cast("
            ~ expression
            ~ " as timestamp with time zone) at time zone 'UTC' as timestamp)"
        )
    }}
{%- endmacro %}

{% macro bigquery__utc_timestamp(expression) -%}
    {{ return("cast(" ~ expression ~ " as timestamp)") }}
{%- endmacro %}

{% macro sqlserver__utc_timestamp(expression) -%}
    {{
        return(
            "cast(switchoffset(cast("
            ~ expression
            ~ " as datetimeoffset), '+00:00') as datetime2(6))"
        )
    }}
{%- endmacro %}
