{# Statements for what tenants of an earlier release lack, or of fewer marts; none where
   every build makes it anyway. #}
{% macro tenant_upgrade() -%}
    {{ return(adapter.dispatch("tenant_upgrade", "llm_costs")()) }}
{%- endmacro %}

{% macro default__tenant_upgrade() -%} {{ return([]) }} {%- endmacro %}

{# The manual keeps everybody off the database who is not let in. Where dbt's user may not
   let others in, PostgreSQL warns and goes on, and the operation says what is left. #}
{% macro postgres__tenant_upgrade() -%}
    {{
        return(
            [
                "grant connect on database "
                ~ adapter.quote(target.database)
                ~ " to llm_costs_tenants"
            ]
        )
    }}
{%- endmacro %}

{# A build that attaches a policy to a role that is not there ends with an error. #}
{% macro redshift__tenant_upgrade() -%}
    {%- set roles = run_query("select role_name from svv_roles") -%}
    {%- set policies = run_query("select polname from svv_rls_policy") -%}
    {{
        return(
            redshift_lacking(roles.columns[0].values(), policies.columns[0].values())
        )
    }}
{%- endmacro %}

{% macro redshift_lacking(roles, policies) -%}
    {%- set statements = [] -%}
    {%- for name, made_by in redshift_tenant_roles().items() if name not in roles -%}
        {%- do statements.extend(made_by) -%}
    {%- endfor -%}
    {%- for name, made_by in redshift_tenant_policies().items()
        if name not in policies -%}
        {%- do statements.extend(made_by) -%}
    {%- endfor -%}
    {{ return(statements) }}
{%- endmacro %}
