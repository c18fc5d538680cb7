{# The middle one of three expressions that are not null: what is left of their sum without
   the largest and the smallest. #}
{% macro middle_of(first, second, third) -%}
    {{ first }}
    + {{ second }}
    + {{ third }}
    - {{ largest_of([first, second, third]) }}
    - {{ smallest_of([first, second, third]) }}
{%- endmacro %}
