{# Statements that make one tenant: its role, its line in the table of roles, and on engines
   without policies that hold for tables made anew, its schema of views. #}
{% macro tenant_statements(customer, name) -%}
    {%- set statements = adapter.dispatch("tenant_role", "llm_costs")(name) -%}
    {%- do statements.append(
        "insert into "
        ~ tenant_roles()
        ~ " (role_name, customer_id) values ("
        ~ text_literal(name)
        ~ ", "
        ~ text_literal(customer)
        ~ ")"
    ) -%}
    {{ return(statements + tenant_views(customer, name)) }}
{%- endmacro %}

{# The role itself. It may log in only once an administrator gives it a password. #}
{% macro default__tenant_role(name) -%}
    {{ return(["create role " ~ name]) }}
{%- endmacro %}

{% macro postgres__tenant_role(name) -%}
    {{
        return(
            [
                "create role "
                ~ name
                ~ " login nosuperuser nocreatedb nocreaterole noreplication nobypassrls",
                "alter role " ~ name ~ " set default_transaction_read_only = on",
                "grant llm_costs_tenants to " ~ name,
            ]
        )
    }}
{%- endmacro %}

{# Policies know users, not roles, so a tenant is a user. Names keep their case for it as
   for dbt's user, who makes tables and policies: focus_costs has such names. #}
{% macro redshift__tenant_role(name) -%}
    {{
        return(
            [
                "create user " ~ name ~ " password disable",
                "alter user "
                ~ name
                ~ " set enable_case_sensitive_identifier to true",
                "grant role llm_costs_tenants to " ~ name,
            ]
        )
    }}
{%- endmacro %}

{# A data set; an administrator lets the customer's service account read it. #}
{% macro bigquery__tenant_role(name) -%}
    {{ return(["create schema if not exists " ~ tenant_schema(name)]) }}
{%- endmacro %}

{# The schema gets the owner of the marts' schema, or the views could not read the marts
   on the tenant's behalf. #}
{% macro sqlserver__tenant_role(name) -%}
    {%- set owner = sqlserver_owner_of_marts() -%}
    {{
        return(
            [
                "create role " ~ adapter.quote(name),
                "create schema "
                ~ adapter.quote(name)
                ~ (" authorization " ~ adapter.quote(owner) if owner else ""),
                "grant select on schema::"
                ~ adapter.quote(name)
                ~ " to "
                ~ adapter.quote(name),
            ]
        )
    }}
{%- endmacro %}

{# Statements that make a tenant's views; none where tables carry policies. #}
{% macro tenant_views(customer, name) -%}
    {{ return(adapter.dispatch("tenant_views", "llm_costs")(customer, name)) }}
{%- endmacro %}

{% macro default__tenant_views(customer, name) -%} {{ return([]) }} {%- endmacro %}

{% macro bigquery__tenant_views(customer, name) -%}
    {%- set statements = [] -%}
    {%- for mart in var("tenant_marts") -%}
        {%- do statements.append(
            "create or replace view "
            ~ tenant_schema(name)
            ~ "."
            ~ adapter.quote(mart)
            ~ " as select * from "
            ~ mart_named(mart)
            ~ " where "
            ~ tenant_rows(mart, text_literal(customer))
        ) -%}
    {%- endfor -%}
    {{ return(statements) }}
{%- endmacro %}

{# Views and marts have one owner, so that reading the view needs no right on the mart. A
   user sees the text of its own schema's views at most. Made anew rather than altered,
   which not every server that speaks TDS can; the role's right is on the schema. Columns
   are named, because SQL Server keeps a `select *` by position: a column that a release
   puts between others would give each of the next ones another's values. #}
{% macro sqlserver__tenant_views(customer, name) -%}
    {%- set statements = [] -%}
    {%- for mart in var("tenant_marts") -%}
        {%- set view = adapter.quote(name) ~ "." ~ adapter.quote(mart) -%}
        {%- do statements.append("drop view if exists " ~ view) -%}
        {%- do statements.append(
            "create view "
            ~ view
            ~ " as select "
            ~ sqlserver_columns_of(mart)
            ~ " from "
            ~ adapter.quote(target.schema)
            ~ "."
            ~ adapter.quote(mart)
            ~ " where "
            ~ tenant_rows(mart, text_literal(customer))
        ) -%}
    {%- endfor -%}
    {{ return(statements) }}
{%- endmacro %}

{# A tenant's data set on BigQuery, quoted. #}
{% macro tenant_schema(name) -%}
    {{
        return(
            adapter.quote(target.database)
            ~ "."
            ~ adapter.quote(target.schema ~ "_" ~ name)
        )
    }}
{%- endmacro %}

{# A mart by its full name, whether or not it is in the graph. #}
{% macro mart_named(mart) -%}
    {{
        return(
            api.Relation.create(
                database=target.database, schema=target.schema, identifier=mart
            )
        )
    }}
{%- endmacro %}

{# What SQL cannot say on BigQuery: the marts' data set lets the tenant's views read it. #}
{% macro authorize_tenant(name) -%}
    {%- do adapter.dispatch("authorize_tenant", "llm_costs")(name) -%}
{%- endmacro %}

{% macro default__authorize_tenant(name) -%} {%- endmacro %}

{% macro bigquery__authorize_tenant(name) -%}
    {%- for mart in var("tenant_marts") -%}
        {%- set view = api.Relation.create(
            database=target.database,
            schema=target.schema ~ "_" ~ name,
            identifier=mart,
            type="view",
        ) -%}
        {%- do adapter.grant_access_to(
            view,
            "view",
            none,
            {"project": target.database, "dataset": target.schema},
        ) -%}
    {%- endfor -%}
{%- endmacro %}
