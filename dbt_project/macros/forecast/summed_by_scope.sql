{# Rows of a CTE summed for each scope that is forecast and budgeted: the whole company,
   each provider, each customer; what a scope does not tell apart is 'all'.

   `dimensions` are columns that stay, `measures` maps a name to its aggregate. #}
{% macro summed_by_scope(
    relation,
    dimensions,
    measures,
    scopes=["total", "provider", "customer"]
) -%}
    {%- set keys = {
        "total": [],
        "provider": ["cloud_provider"],
        "customer": ["customer_id"],
    } -%}
    {% for scope in scopes %}
        select
            '{{ scope }}' as budget_scope,
            {% for id in ["cloud_provider", "customer_id"] %}
                {{ id if id in keys[scope] else "'all'" }} as {{ id }},
            {% endfor %}
            {{ dimensions | join(", ") }},
            {% for name, aggregate in measures.items() %}
                {{ aggregate }} as {{ name }}{{ "," if not loop.last }}
            {% endfor %}
        from {{ relation }}
        group by
            {{ (keys[scope] + dimensions) | join(", ") }}
            {{ "union all" if not loop.last }}
    {% endfor %}
{%- endmacro %}
