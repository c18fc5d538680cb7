{# How far a cost lies outside of what is expected, as a log ratio to the nearer bound in
   usual errors (the column error_scale): 0 between the bounds, null without them. A cost
   where none was ever seen is as far as the cut of the ratio allows. #}
{% macro distance_in_errors(cost, lowest, highest) -%}
    case
        when {{ highest }} is null or {{ lowest }} is null
        then null
        when {{ cost }} > 0 and {{ highest }} = 0 and coalesce(mean_7, 0) <= 0
        then -1.0 * {{ natural_logarithm("0.02") }} / error_scale
        when {{ cost }} > {{ highest }}
        then ({{ log_ratio(cost, highest) }}) / error_scale
        when {{ cost }} < {{ lowest }}
        then ({{ log_ratio(cost, lowest) }}) / error_scale
        else 0
    end
{%- endmacro %}
