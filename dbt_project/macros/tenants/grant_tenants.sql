{# Operation: gives each of some customers a role that reads its own rows and nothing else.

       dbt run-operation grant_tenants --args '{customers: [acme], dry_run: true}'

   Roles that are there already stay as they are, so it may run every day. A role cannot log
   in before an administrator gives it a password or a member; no secret passes here. #}
{% macro grant_tenants(customers, dry_run=false) -%}
    {%- set is_new = not has_tenants() -%}
    {%- set known = {} if is_new else known_tenants() -%}
    {%- set strangers = customers | reject("in", customers_in_marts()) | list -%}
    {%- if strangers -%}
        {%- do exceptions.raise_compiler_error(
            "There is no customer '" ~ strangers
            | join("', '") ~ "' in the marts."
        ) -%}
    {%- endif -%}
    {%- set named = {} -%}
    {%- for customer in customers if customer not in known -%}
        {%- do named.update({customer: new_tenant_name(customer)}) -%}
    {%- endfor -%}
    {%- set statements = [] -%}
    {%- do statements.extend(tenant_set_up() if is_new else tenant_upgrade()) -%}
    {%- for customer, name in named.items() -%}
        {%- do statements.extend(tenant_statements(customer, name)) -%}
    {%- endfor -%}
    {%- for customer in customers if customer in known -%}
        {%- do log(
            customer ~ " has the role " ~ known[customer] ~ " already.",
            info=true,
        ) -%}
        {%- do statements.extend(stale_tenant_views(known[customer])) -%}
        {%- do statements.extend(tenant_views(customer, known[customer])) -%}
    {%- endfor -%}
    {%- do run_tenant_statements(statements, dry_run) -%}
    {%- if not dry_run -%}
        {#- Again for those that are known: a run that died here authorized nobody, and a
            mart may be new. -#}
        {%- for customer in customers -%}
            {%- do authorize_tenant(named.get(customer) or known[customer]) -%}
        {%- endfor -%}
        {%- for customer, name in named.items() -%}
            {%- do log(customer ~ " reads as " ~ name ~ ".", info=true) -%}
        {%- endfor -%}
        {%- do adapter.dispatch("tell_what_tenants_lack", "llm_costs")() -%}
    {%- endif -%}
{%- endmacro %}

{# Operation: takes the role of each of some customers away again, access first. #}
{% macro revoke_tenants(customers, dry_run=false) -%}
    {%- set known = known_tenants() if has_tenants() else {} -%}
    {%- set strangers = customers | reject("in", known) | list -%}
    {%- if strangers -%}
        {%- do exceptions.raise_compiler_error(
            "No role was granted to '" ~ strangers | join("', '") ~ "'."
        ) -%}
    {%- endif -%}
    {%- for customer in customers -%}
        {%- for statements in tenant_removal(customer, known[customer]) -%}
            {%- do run_tenant_statements(statements, dry_run) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

{# Customers that may be granted a role: those of the marts, but for the rest that nobody
   is known to have caused. #}
{% macro customers_in_marts() -%}
    {%- set customers = run_query("select customer_id from " ~ ref("dim_customers")) -%}
    {{
        return(
            customers.columns[0].values() | reject("equalto", "unattributed") | list
        )
    }}
{%- endmacro %}

{# The roles that were granted, by customer. #}
{% macro known_tenants() -%}
    {%- set roles = {} -%}
    {%- set query = "select customer_id, role_name from " ~ tenant_roles() -%}
    {%- for row in run_query(query).rows -%}
        {%- do roles.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{ return(roles) }}
{%- endmacro %}

{# A name that nobody can guess or compute: the invocation's id is random. #}
{% macro new_tenant_name(customer) -%}
    {{ return("tenant_" ~ local_md5(invocation_id ~ customer)[:20]) }}
{%- endmacro %}

{# Runs statements, all or none where the engine can, or shows them. #}
{% macro run_tenant_statements(statements, dry_run) -%}
    {%- if dry_run -%}
        {%- for statement in statements -%}
            {%- do log(statement | trim ~ ";", info=true) -%}
        {%- endfor -%}
    {%- elif statements -%}
        {%- do adapter.dispatch("run_together", "llm_costs")(statements) -%}
    {%- endif -%}
{%- endmacro %}

{% macro default__run_together(statements) -%}
    {%- do run_query("begin; " ~ statements | join("; ") ~ "; commit") -%}
{%- endmacro %}

{% macro bigquery__run_together(statements) -%}
    {%- for statement in statements -%} {%- do run_query(statement) -%} {%- endfor -%}
{%- endmacro %}

{% macro sqlserver__run_together(statements) -%}
    {%- for statement in statements -%} {%- do run_query(statement) -%} {%- endfor -%}
{%- endmacro %}
