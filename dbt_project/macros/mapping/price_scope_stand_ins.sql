{# Whose price may stand for which deployment scope's, nearest first, one row per wanted and
   given scope. A price without a scope may be anyone's. A global price never stands for a
   region's or a data zone's: the tokens would not stay there. #}
{% macro price_scope_stand_ins() -%}
    {% set prices_of = {
        "global": ["global", "unspecified", "data zone", "regional"],
        "data zone": ["data zone", "regional", "unspecified"],
        "regional": ["regional", "data zone", "unspecified"],
        "unspecified": ["unspecified", "regional", "data zone", "global"],
    } %}
    {% for scope, price_scopes in prices_of.items() %}
        {% for price_scope in price_scopes %}
            select
                '{{ scope }}' as deployment_scope,
                '{{ price_scope }}' as price_scope,
                {{ loop.index0 }} as distance
                {{ "union all" if not loop.last }}
            {% endfor %} {{ "union all" if not loop.last }}
    {% endfor %}
{%- endmacro %}
