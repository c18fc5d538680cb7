{# The largest and the smallest of several expressions that are not null.

   `greatest` and `least` do not exist on SQL Server before 2022, so they are spelled as
   a case. #}
{% macro largest_of(expressions) -%} {{ extreme_of(expressions, ">=") }} {%- endmacro %}

{% macro smallest_of(expressions) -%}
    {{ extreme_of(expressions, "<=") }}
{%- endmacro %}

{% macro extreme_of(expressions, comparison) -%}
    case
        {% for candidate in expressions %}
            when
                {% for other in expressions if other != candidate %}
                    {{ candidate }} {{ comparison }} {{ other }}
                    {{ "and" if not loop.last }}
                {% endfor %}
            then {{ candidate }}
        {% endfor %}
    end
{%- endmacro %}
