{# Statements that remove a tenant, as a list of lists: the first takes the access away, the
   second the role, which an engine may refuse while something still belongs to it. #}
{% macro tenant_removal(customer, name) -%}
    {%- set line = (
        "delete from "
        ~ tenant_roles()
        ~ " where role_name = "
        ~ text_literal(name)
    ) -%}
    {{ return(adapter.dispatch("tenant_removal", "llm_costs")(name, line)) }}
{%- endmacro %}

{% macro default__tenant_removal(name, line) -%}
    {{
        return(
            [
                [line, "revoke llm_costs_tenants from " ~ name],
                ["drop role " ~ name],
            ]
        )
    }}
{%- endmacro %}

{% macro postgres__tenant_removal(name, line) -%}
    {{
        return(
            [
                [
                    line,
                    "revoke llm_costs_tenants from " ~ name,
                    "alter role " ~ name ~ " nologin",
                ],
                ["drop role " ~ name],
            ]
        )
    }}
{%- endmacro %}

{% macro redshift__tenant_removal(name, line) -%}
    {{
        return(
            [
                [line, "revoke role llm_costs_tenants from " ~ name],
                ["drop user " ~ name],
            ]
        )
    }}
{%- endmacro %}

{% macro bigquery__tenant_removal(name, line) -%}
    {{ return([["drop schema if exists " ~ tenant_schema(name) ~ " cascade", line]]) }}
{%- endmacro %}

{# Members first, so that nobody reads on whatever fails afterwards; then the views: a
   schema is dropped empty only, and a role without members. #}
{% macro sqlserver__tenant_removal(name, line) -%}
    {%- set role, statements = adapter.quote(name), [] -%}
    {%- for member in sqlserver_members_of(name) -%}
        {%- do statements.append(
            "alter role " ~ role ~ " drop member " ~ adapter.quote(member)
        ) -%}
    {%- endfor -%}
    {%- for view in sqlserver_views_of(name) -%}
        {%- do statements.append(
            "drop view if exists " ~ role ~ "." ~ adapter.quote(view)
        ) -%}
    {%- endfor -%}
    {{
        return(
            [
                statements + ["drop schema if exists " ~ role],
                ["drop role if exists " ~ role, line],
            ]
        )
    }}
{%- endmacro %}
