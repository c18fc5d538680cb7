{# The table that says which role belongs to which customer; beside the marts, in a schema
   of its own. It is there once a tenant was granted, and then tables are protected.

   Names of roles are drawn, not derived: every user of a database can list them, and a
   name that is derived from a customer's tells a guesser who the customers are. #}
{% macro tenant_roles() -%}
    {{
        return(
            api.Relation.create(
                database=target.database,
                schema=target.schema ~ "_tenants",
                identifier="tenant_roles",
            )
        )
    }}
{%- endmacro %}

{# Whether a tenant was ever granted. #}
{% macro has_tenants() -%}
    {%- set roles = tenant_roles() -%}
    {{
        return(
            adapter.get_relation(roles.database, roles.schema, roles.identifier)
            is not none
        )
    }}
{%- endmacro %}
