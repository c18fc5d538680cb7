{# How many times a cost is what was expected, as a logarithm: 0 as expected, 0.69 twice,
   -0.69 half. Below a fiftieth it is cut off, because a day without cost has no logarithm.
   Null where nothing was expected.

   A twentieth of the week's mean (the column mean_7) is added to both, so that nothing on
   a weekday that is always idle is no error, and a dollar on it no great one. #}
{% macro log_ratio(cost, expected) -%}
    {% set ballast = "0.05 * coalesce(mean_7, 0)" %}
    case
        when
            {{ expected }} + {{ ballast }} > 0
            and {{ cost }} + {{ ballast }} > 0.02 * ({{ expected }} + {{ ballast }})
        then
            {{
                natural_logarithm(
                    "("
                    ~ cost
                    ~ " + "
                    ~ ballast
                    ~ ") / ("
                    ~ expected
                    ~ " + "
                    ~ ballast
                    ~ ")"
                )
            }}
        when {{ expected }} + {{ ballast }} > 0
        then {{ natural_logarithm("0.02") }}
    end
{%- endmacro %}
