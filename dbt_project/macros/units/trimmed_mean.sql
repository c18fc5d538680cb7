{# Mean over a window without its highest and its lowest value, so that one unusual day
   does not move it. Null with fewer than three values. #}
{% macro trimmed_mean(expression, window) -%}
    (
        sum({{ expression }}) over ({{ window }})
        - max({{ expression }}) over ({{ window }})
        - min({{ expression }}) over ({{ window }})
    ) / case
        when count({{ expression }}) over ({{ window }}) > 2
        then count({{ expression }}) over ({{ window }}) - 2
    end
{%- endmacro %}
