{# Rows of a CTE summed for each scope that is forecast and budgeted: the whole company,
   each provider, each customer; what a scope does not tell apart is 'all'. Teams have rows
   of their own, in the CTE `team_rows`, which are in no other scope.

   `dimensions` are columns that stay, `measures` maps a name to its aggregate. #}
{% macro summed_by_scope(
    relation,
    dimensions,
    measures,
    scopes=["total", "provider", "customer"],
    team_rows=none
) -%}
    {%- set keys = {
        "total": [],
        "provider": ["cloud_provider"],
        "customer": ["customer_id"],
        "team": ["team"],
    } -%}
    {% for scope in scopes + (["team"] if team_rows else []) %}
        select
            '{{ scope }}' as budget_scope,
            {% for id in ["cloud_provider", "customer_id", "team"] %}
                {{ id if id in keys[scope] else "'all'" }} as {{ id }},
            {% endfor %}
            {{ dimensions | join(", ") }},
            {% for name, aggregate in measures.items() %}
                {{ aggregate }} as {{ name }}{{ "," if not loop.last }}
            {% endfor %}
        from {{ team_rows if scope == "team" else relation }}
        group by
            {{ (keys[scope] + dimensions) | join(", ") }}
            {{ "union all" if not loop.last }}
    {% endfor %}
{%- endmacro %}
