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

{# Views first: a schema is dropped empty only. Users that were members lose all. #}
{% macro sqlserver__tenant_removal(name, line) -%}
    {%- set views = [] -%}
    {%- for mart in var("tenant_marts") -%}
        {%- do views.append(
            "drop view if exists "
            ~ adapter.quote(name)
            ~ "."
            ~ adapter.quote(mart)
        ) -%}
    {%- endfor -%}
    {{
        return(
            [
                views + ["drop schema " ~ adapter.quote(name), line],
                ["drop role " ~ adapter.quote(name)],
            ]
        )
    }}
{%- endmacro %}
