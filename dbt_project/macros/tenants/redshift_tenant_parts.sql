{# What tenants on Redshift have in common, each part by the name of its role or policy.

   Roles: of tenants, of those who see all rows, and dbt's user's own. The owner of a table
   with row-level security sees none of its rows either, unless it may ignore policies. #}
{% macro redshift_tenant_roles() -%}
    {{
        return(
            {
                "llm_costs_tenants": [
                    "create role llm_costs_tenants",
                    "grant usage on schema "
                    ~ this_schema()
                    ~ " to role llm_costs_tenants",
                ],
                "llm_costs_readers": ["create role llm_costs_readers"],
                "llm_costs_builders": [
                    "create role llm_costs_builders",
                    "grant ignore rls to role llm_costs_builders",
                    "grant role llm_costs_builders to " ~ adapter.quote(target.user),
                ],
            }
        )
    }}
{%- endmacro %}

{# Policies: all rows, and for each rule of the var tenant_marts a tenant's own. #}
{% macro redshift_tenant_policies() -%}
    {%- set roles = tenant_roles() -%}
    {%- set policies = {
        "llm_costs_all_rows": [
            "create rls policy llm_costs_all_rows using (true)"
        ]
    } -%}
    {%- set own = (
        " in (select t.customer_id from "
        ~ roles
        ~ " as t where t.role_name = current_user)"
    ) -%}
    {%- set text = " varchar(65535)" -%}
    {%- for rule in var("tenant_marts").values() -%}
        {%- set name = redshift_policy_name(rule) -%}
        {%- set column = adapter.quote(rule.customer) -%}
        {%- set scope = ", budget_scope" ~ text if rule.where else "" -%}
        {%- set condition = " and " ~ rule.where if rule.where else "" -%}
        {%- do policies.update(
            {
                name: [
                    "create rls policy "
                    ~ name
                    ~ " with ("
                    ~ column
                    ~ text
                    ~ scope
                    ~ ") using ("
                    ~ column
                    ~ own
                    ~ condition
                    ~ ")",
                    "grant select on table "
                    ~ roles
                    ~ " to rls policy "
                    ~ name,
                ]
            }
        ) -%}
    {%- endfor -%}
    {{ return(policies) }}
{%- endmacro %}
