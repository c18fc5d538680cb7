{# What SQL Server's catalogue says, for tenants; where it is not asked, what is shown
   without it. #}
{# Who owns the schema of the marts: a role, where docs/warehouses/sqlserver.md was
   followed, while dbt's user owns what it makes. #}
{% macro sqlserver_owner_of_marts() -%}
    {%- set query -%}
        select p.name as owner_name
        from sys.schemas as s
        inner join sys.database_principals as p on p.principal_id = s.principal_id
        where s.name = {{ text_literal(target.schema) }}
    {%- endset -%}
    {{ return((sqlserver_names(query) | first) or "") }}
{%- endmacro %}

{# The columns of a mart, for a select. #}
{% macro sqlserver_columns_of(mart) -%}
    {%- set columns = (
        adapter.get_columns_in_relation(mart_named(mart))
        if asks_the_warehouse()
        else []
    ) -%}
    {%- set quoted = [] -%}
    {%- for column in columns -%}
        {%- do quoted.append(adapter.quote(column.name)) -%}
    {%- endfor -%}
    {{ return(quoted | join(", ") or "*") }}
{%- endmacro %}

{# The views of a tenant, also those of marts that are no more. #}
{% macro sqlserver_views_of(name) -%}
    {%- set query -%}
        select v.name as view_name
        from sys.views as v
        where v.schema_id = schema_id({{ text_literal(name) }})
    {%- endset -%}
    {{ return(sqlserver_names(query) or (var("tenant_marts") | list)) }}
{%- endmacro %}

{# The users that an administrator gave a tenant's role. #}
{% macro sqlserver_members_of(name) -%}
    {%- set query -%}
        select m.name as member_name
        from sys.database_role_members as rm
        inner join sys.database_principals as r on r.principal_id = rm.role_principal_id
        inner join
            sys.database_principals as m on m.principal_id = rm.member_principal_id
        where r.name = {{ text_literal(name) }}
    {%- endset -%}
    {{ return(sqlserver_names(query)) }}
{%- endmacro %}

{% macro sqlserver_names(query) -%}
    {{
        return(
            run_query(query).columns[0].values() | list
            if asks_the_warehouse()
            else []
        )
    }}
{%- endmacro %}
