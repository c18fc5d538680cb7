{# What stands before the first occurrence of a literal; the whole text where it is
   absent. #}
{% macro text_before(literal, expression) -%}
    case
        when {{ text_position(literal, expression) }} > 0
        then
            substring({{ expression }}, 1, {{ text_position(literal, expression) }} - 1)
        else {{ expression }}
    end
{%- endmacro %}
