{# Statements after a table is built that let each tenant read its own rows of it.

   A table that is made anew has no grants, so nobody but its owner can read it before
   these have run, and they run in the transaction that makes it visible. Nothing where no
   tenant was granted, nothing for tables that no tenant may see, and nothing where views
   that outlive the table stand before it (BigQuery, SQL Server) or files (DuckDB). #}
{% macro protect_mart() -%}
    {%- if execute and this.identifier in var("tenant_marts") -%}
        {{ return(adapter.dispatch("protect_mart", "llm_costs")()) }}
    {%- elif execute and this.schema == target.schema and is_incremental() -%}
        {{ return(adapter.dispatch("close_mart", "llm_costs")()) }}
    {%- endif -%}
{%- endmacro %}

{# What takes a right away that a table has from the time when tenants might read it: one
   that is not made anew keeps its grants. #}
{% macro default__close_mart() -%} {%- endmacro %}

{% macro postgres__close_mart() -%}
    {%- if has_tenants() -%}
        {{ return("revoke all on " ~ this ~ " from llm_costs_tenants") }}
    {%- endif -%}
{%- endmacro %}

{% macro redshift__close_mart() -%}
    {%- if has_tenants() -%}
        {{ return("revoke all on " ~ this ~ " from role llm_costs_tenants") }}
    {%- endif -%}
{%- endmacro %}

{% macro default__protect_mart() -%} {%- endmacro %}

{# Estimates tell what is in other tenants' rows: `explain` shows how many rows a name is
   expected in. So the columns have no statistics, from before the table is first
   analyzed; a table that has some stays closed until it is made anew. #}
{% macro postgres__protect_mart() -%}
    {%- if not has_tenants() -%} {{ return("") }} {%- endif -%}
    {%- set counted -%}
        select count(*) from pg_catalog.pg_stats
        where schemaname = {{ text_literal(this.schema) }}
            and tablename = {{ text_literal(this.identifier) }}
    {%- endset -%}
    {%- set statements = postgres_mart_policies(this) -%}
    {%- for column in adapter.get_columns_in_relation(this) -%}
        {%- do statements.append(
            "alter table "
            ~ this
            ~ " alter column "
            ~ column.quoted
            ~ " set statistics 0"
        ) -%}
    {%- endfor -%}
    {%- if run_query(counted).rows[0][0] == 0 -%}
        {%- do statements.append(
            "grant select on " ~ this ~ " to llm_costs_tenants"
        ) -%}
    {%- else -%}
        {%- do statements.append(
            "revoke all on " ~ this ~ " from llm_costs_tenants"
        ) -%}
        {%- do exceptions.warn(
            "Tenants cannot read "
            ~ this
            ~ " before it is made anew: its statistics would tell of other tenants'"
            ~ " rows. Build once with --full-refresh."
        ) -%}
    {%- endif -%}
    {{ return(statements | join("; ")) }}
{%- endmacro %}

{# Row-level security hides a table from all who have no policy, so there are two: a tenant
   sees its own rows; who may read the table and is no tenant, such as Grafana's reader,
   sees all. Neither a member of a tenant nor one that logged in as a tenant and became
   another role is "no tenant"; a superuser is a member of everything. #}
{% macro postgres_mart_policies(mart) -%}
    {%- set own = tenant_rows(
        mart.identifier,
        "(select t.customer_id from "
        ~ tenant_roles()
        ~ " as t where t.role_name = current_user)",
    ) -%}
    {%- set no_tenant -%}
        not exists (
            select from pg_catalog.pg_roles as r
            where r.rolname in (current_user, session_user)
                and not r.rolsuper
                and pg_catalog.pg_has_role(r.oid, 'llm_costs_tenants', 'member')
        )
    {%- endset -%}
    {{
        return(
            [
                "alter table " ~ mart ~ " enable row level security",
                "drop policy if exists llm_costs_own_rows on " ~ mart,
                "create policy llm_costs_own_rows on "
                ~ mart
                ~ " for select to llm_costs_tenants using ("
                ~ own
                ~ ")",
                "drop policy if exists llm_costs_all_rows on " ~ mart,
                "create policy llm_costs_all_rows on "
                ~ mart
                ~ " for select to public using ("
                ~ no_tenant
                ~ ")",
            ]
        )
    }}
{%- endmacro %}

{# A table with row-level security and without a policy gives nobody a row. A table that is
   not made anew has its policies already, and a second time they are refused. #}
{% macro redshift__protect_mart() -%}
    {%- if not has_tenants() -%} {{ return("") }} {%- endif -%}
    {%- set attached -%}
        select polname from svv_rls_attached_policy
        where relschema = {{ text_literal(this.schema) }}
            and relname = {{ text_literal(this.identifier) }}
    {%- endset -%}
    {%- set names = run_query(attached).columns[0].values() -%}
    {{ return(redshift_mart_policy(this, names) | join("; ")) }}
{%- endmacro %}

{# The statements for one table on Redshift. Where both policies reach a user, Redshift asks
   for both, so a tenant that was made a reader as well still sees its own rows only. #}
{% macro redshift_mart_policy(mart, attached=[]) -%}
    {%- set own = redshift_policy_name(var("tenant_marts")[mart.identifier]) -%}
    {%- set roles = {
        own: "llm_costs_tenants",
        "llm_costs_all_rows": "llm_costs_readers",
    } -%}
    {%- set statements = [] -%}
    {%- for policy, role in roles.items() if policy not in attached -%}
        {%- do statements.append(
            "attach rls policy "
            ~ policy
            ~ " on "
            ~ mart
            ~ " to role "
            ~ role
        ) -%}
    {%- endfor -%}
    {{
        return(
            statements
            + [
                "alter table " ~ mart ~ " row level security on",
                "grant select on " ~ mart ~ " to role llm_costs_tenants",
            ]
        )
    }}
{%- endmacro %}

{# The policy of a rule: it names the columns that it asks. #}
{% macro redshift_policy_name(rule) -%}
    {%- set suffix = "_in_scope" if rule.where else "" -%}
    {{ return("llm_costs_own_" ~ rule.customer.lower() ~ suffix) }}
{%- endmacro %}
