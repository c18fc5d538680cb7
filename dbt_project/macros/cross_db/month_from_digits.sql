{# A month that a bill writes as '202610', as '2026-10'. #}
{% macro month_from_digits(expression) -%}
    {{
        dbt.concat(
            [
                "substring(" ~ expression ~ ", 1, 4)",
                "'-'",
                "substring(" ~ expression ~ ", 5, 2)",
            ]
        )
    }}
{%- endmacro %}
