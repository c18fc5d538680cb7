{# An instant, which is kept with its zone, as a timestamp in UTC without one.

   A cast to a zoneless type would use the session's zone, so the zone is taken off
   explicitly. Not for times that have no zone, as those of the bills: to see an instant
   in them takes the session's zone, too. They are cast to dbt.type_timestamp(). #}
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
