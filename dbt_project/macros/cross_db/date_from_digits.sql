{# A date that a bill writes as '20261031': text is the one form that all engines cast. #}
{% macro date_from_digits(expression) -%}
    cast(
        {{
            dbt.concat(
                [
                    "substring(" ~ expression ~ ", 1, 4)",
                    "'-'",
                    "substring(" ~ expression ~ ", 5, 2)",
                    "'-'",
                    "substring(" ~ expression ~ ", 7, 2)",
                ]
            )
        }} as date
    )
{%- endmacro %}
