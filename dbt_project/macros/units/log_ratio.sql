{# How many times a cost is what was expected, as a logarithm: 0 as expected, 0.69 twice,
   -0.69 half. Below a fiftieth it is cut off, because a day without cost has no logarithm.
   Null where nothing was expected. #}
{% macro log_ratio(cost, expected) -%}
    case
        when {{ expected }} > 0 and {{ cost }} > 0.02 * {{ expected }}
        then {{ natural_logarithm(cost ~ " / " ~ expected) }}
        when {{ expected }} > 0
        then {{ natural_logarithm("0.02") }}
    end
{%- endmacro %}
