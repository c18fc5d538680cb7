{# The rules that rows of focus_costs break, by name, with the number of rows: the body of
   a test. A rule is the condition of its violation, over FOCUS' names without quotes. #}
{% macro focus_violations(columns, rules) -%}
    with

        costs as (

            select
                {% for column in columns %}
                    {{ adapter.quote(column) }}
                    as {{ column }}{{ "," if not loop.last }}
                {% endfor %}
            from {{ ref("focus_costs") }}

        )

    {% for name, violation in rules.items() %}
        select '{{ name }}' as rule_name, count(*) as row_count
        from costs
        where {{ violation }}
        having count(*) > 0
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
{%- endmacro %}
