{# Says what an administrator still has to do before tenants can read. #}
{% macro default__tell_what_tenants_lack() -%} {%- endmacro %}

{# The manual keeps everybody off the database who is not let in, and letting others in is
   not always dbt's user's to do. #}
{% macro postgres__tell_what_tenants_lack() -%}
    {%- set may_connect -%}
        select has_database_privilege('llm_costs_tenants', current_database(), 'connect')
    {%- endset -%}
    {%- if not run_query(may_connect).rows[0][0] -%}
        {%- do log(
            "They cannot log in before an administrator lets them: grant connect on"
            ~ " database "
            ~ adapter.quote(target.database)
            ~ " to llm_costs_tenants;",
            info=true,
        ) -%}
    {%- endif -%}
{%- endmacro %}

{% macro redshift__tell_what_tenants_lack() -%} {%- endmacro %}
