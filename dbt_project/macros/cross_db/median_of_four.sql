{# The median of four expressions that are not null: half of what is left of their sum
   without the largest and the smallest. No engine has it over columns. #}
{% macro median_of_four(first, second, third, fourth) -%}
    {%- set expressions = [first, second, third, fourth] -%}
    (
        {{ expressions | join(" + ") }}
        - {{ largest_of(expressions) }}
        - {{ smallest_of(expressions) }}
    )
    / 2.0
{%- endmacro %}
