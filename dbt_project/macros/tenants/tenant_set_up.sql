{# Statements before the first tenant: the table of roles, and what they have in common. #}
{% macro tenant_set_up() -%}
    {{ return(adapter.dispatch("tenant_set_up", "llm_costs")()) }}
{%- endmacro %}

{% macro default__tenant_set_up() -%}
    {%- do exceptions.raise_compiler_error(
        "This warehouse has no roles. On DuckDB every customer can have a file of its own:"
        ~ " set LLM_COSTS_TENANT_FILES=true and run `llm-costs run`."
    ) -%}
{%- endmacro %}

{# A tenant may read its own line of the table of roles, for the policies ask it. Schema and
   table are dbt's user's, whoever runs these statements: its builds make the policies. #}
{% macro postgres__tenant_set_up() -%}
    {%- set roles = tenant_roles() -%}
    {%- set builder = adapter.quote(target.user) -%}
    {{
        return(
            [
                "do $$ begin if not exists (select from pg_catalog.pg_roles where rolname"
                ~ " = 'llm_costs_tenants') then create role llm_costs_tenants nologin;"
                ~ " end if; end $$",
                "create schema if not exists "
                ~ adapter.quote(roles.schema)
                ~ " authorization "
                ~ builder,
                "create table "
                ~ roles
                ~ " (role_name text primary key, customer_id text not null unique)",
                "alter table " ~ roles ~ " owner to " ~ builder,
                "alter table "
                ~ roles
                ~ " alter column role_name set statistics 0,"
                ~ " alter column customer_id set statistics 0,"
                ~ " enable row level security",
                "create policy llm_costs_own_line on "
                ~ roles
                ~ " for select to llm_costs_tenants using (role_name = current_user)",
                "grant usage on schema "
                ~ adapter.quote(roles.schema)
                ~ " to llm_costs_tenants",
                "grant select on " ~ roles ~ " to llm_costs_tenants",
                "grant usage on schema " ~ this_schema() ~ " to llm_costs_tenants",
            ]
            + postgres__tenant_upgrade()
        )
    }}
{%- endmacro %}

{# Everybody but tenants who is to see all rows, such as Grafana's reader, has to be granted
   llm_costs_readers. Policies come last: they ask the table of roles. #}
{% macro redshift__tenant_set_up() -%}
    {%- set roles = tenant_roles() -%}
    {%- set statements = redshift_tenant_roles().values() | sum(start=[]) -%}
    {%- do statements.extend(
        [
            "create schema if not exists "
            ~ adapter.quote(roles.schema)
            ~ " authorization "
            ~ adapter.quote(target.user),
            "create table "
            ~ roles
            ~ " (role_name varchar(128) not null, customer_id varchar(65535) not null)",
            "alter table "
            ~ roles
            ~ " owner to "
            ~ adapter.quote(target.user),
        ]
    ) -%}
    {{ return(statements + redshift_tenant_policies().values() | sum(start=[])) }}
{%- endmacro %}

{% macro bigquery__tenant_set_up() -%}
    {%- set roles = tenant_roles() -%}
    {{
        return(
            [
                "create schema if not exists "
                ~ adapter.quote(roles.database)
                ~ "."
                ~ adapter.quote(roles.schema),
                "create table if not exists "
                ~ roles
                ~ " (role_name string not null, customer_id string not null)",
            ]
        )
    }}
{%- endmacro %}

{% macro sqlserver__tenant_set_up() -%}
    {%- set roles = tenant_roles() -%}
    {{
        return(
            [
                "if schema_id("
                ~ text_literal(roles.schema)
                ~ ") is null exec("
                ~ text_literal("create schema " ~ adapter.quote(roles.schema))
                ~ ")",
                "create table "
                ~ adapter.quote(roles.schema)
                ~ "."
                ~ adapter.quote(roles.identifier)
                ~ " (role_name varchar(128) not null primary key,"
                ~ " customer_id nvarchar(4000) not null)",
            ]
        )
    }}
{%- endmacro %}

{# The schema of the marts, quoted. #}
{% macro this_schema() -%} {{ return(adapter.quote(target.schema)) }} {%- endmacro %}
