{# When a provider's billing month begins, as a time in UTC, from its first day.

   Google's months begin at midnight in California, the others' at midnight UTC. Clocks
   there change on the second Sunday of March and the first of November, after midnight,
   so a first of the month is 7 hours behind UTC from April to November and 8 otherwise. #}
{% macro focus_month_start(cloud_provider, first_day) -%}
    {%- set hours -%}
        case
            when {{ cloud_provider }} != 'GCP'
            then 0
            when substring({{ month_of(first_day) }}, 6, 2) between '04' and '11'
            then 7
            else 8
        end
    {%- endset -%}
    {%- set midnight = "cast(" ~ first_day ~ " as " ~ dbt.type_timestamp() ~ ")" -%}
    cast({{ dbt.dateadd("hour", hours, midnight) }} as {{ dbt.type_timestamp() }})
{%- endmacro %}
