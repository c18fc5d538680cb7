{# What follows the first occurrence of a literal in a text; null where it is absent. #}
{% macro text_after(literal, expression) -%}
    case
        when {{ text_position(literal, expression) }} > 0
        then
            substring(
                {{ expression }},
                {{ text_position(literal, expression) }} + {{ literal | length }},
                2000
            )
    end
{%- endmacro %}
