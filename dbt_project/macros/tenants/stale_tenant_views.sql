{# Statements that drop a tenant's views of marts that it may read no more: unlike a
   policy, a view stays when its mart is taken from the var tenant_marts. #}
{% macro stale_tenant_views(name) -%}
    {{ return(adapter.dispatch("stale_tenant_views", "llm_costs")(name)) }}
{%- endmacro %}

{% macro default__stale_tenant_views(name) -%} {{ return([]) }} {%- endmacro %}

{% macro bigquery__stale_tenant_views(name) -%}
    {{ return(drop_views_of_no_tenant(target.schema ~ "_" ~ name)) }}
{%- endmacro %}

{% macro sqlserver__stale_tenant_views(name) -%}
    {{ return(drop_views_of_no_tenant(name)) }}
{%- endmacro %}

{% macro drop_views_of_no_tenant(schema) -%}
    {%- set marts = (
        graph.nodes.values()
        | selectattr("resource_type", "equalto", "model")
        | selectattr("schema", "equalto", target.schema)
        | map(attribute="name")
        | reject("in", var("tenant_marts"))
        | sort
    ) -%}
    {%- set statements = [] -%}
    {%- for mart in marts
        if adapter.get_relation(target.database, schema, mart) is not none -%}
        {%- do statements.append(
            "drop view " ~ adapter.quote(schema) ~ "." ~ adapter.quote(mart)
        ) -%}
    {%- endfor -%}
    {{ return(statements) }}
{%- endmacro %}
