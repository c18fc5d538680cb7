{# Statements after a table is built that let each tenant read its own rows of it.

   A table that is made anew has no grants, so nobody but its owner can read it before
   these have run, and they run in the transaction that makes it visible. Nothing where no
   tenant was granted, nothing for tables that no tenant may see, and nothing where views
   that outlive the table stand before it (BigQuery, SQL Server) or files (DuckDB). #}
{% macro protect_mart() -%}
    {%- if execute and this.identifier in var("tenant_marts") -%}
        {{ return(adapter.dispatch("protect_mart", "llm_costs")()) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__protect_mart() -%} {%- endmacro %}

{# Estimates tell what is in other tenants' rows: `explain` shows how many rows a name is
   expected in. So the columns have no statistics, from before the table is first
   analyzed; a table that has some stays closed until it is made anew. #}
{% macro postgres__protect_mart() -%}
    {%- if not has_tenants() -%} {{ return("") }} {%- endif -%}
    {%- set own = tenant_rows(
        this.identifier,
        "(select t.customer_id from "
        ~ tenant_roles()
        ~ " as t where t.role_name = current_user)",
    ) -%}
    {%- set columns = adapter.get_columns_in_relation(this) -%}
    {%- set counted -%}
        select count(*) from pg_catalog.pg_stats
        where schemaname = {{ text_literal(this.schema) }}
            and tablename = {{ text_literal(this.identifier) }}
    {%- endset -%}
    {%- set statements = [
        "alter table " ~ this ~ " enable row level security",
        "drop policy if exists llm_costs_own_rows on " ~ this,
        "create policy llm_costs_own_rows on "
        ~ this
        ~ " for select to llm_costs_tenants using ("
        ~ own
        ~ ")",
    ] -%}
    {%- for column in columns -%}
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

{# A table with row-level security and without a policy gives nobody a row. #}
{% macro redshift__protect_mart() -%}
    {%- if not has_tenants() -%} {{ return("") }} {%- endif -%}
    {{ return(redshift_mart_policy(this) | join("; ")) }}
{%- endmacro %}

{# The statements for one table on Redshift. #}
{% macro redshift_mart_policy(mart) -%}
    {%- set policy = redshift_policy_name(var("tenant_marts")[mart.identifier]) -%}
    {{
        return(
            [
                "attach rls policy "
                ~ policy
                ~ " on "
                ~ mart
                ~ " to role llm_costs_tenants",
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
