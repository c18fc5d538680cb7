{# A SKU's text as lower-case words between single spaces, with a space at both ends, so
   that `like '% word %'` matches whole words only: 'USE1-Claude4.6Sonnet' and 'Claude
   Sonnet 4.6' become ' use1 claude 4 6 sonnet ' and ' claude sonnet 4 6 '.

   Only the dots of numbers differ from sku_spelling, so a place in one is the same place
   in the other. #}
{% macro sku_words(expression) -%}
    {{ return("replace(" ~ sku_spelling(expression) ~ ", '.', ' ')") }}
{%- endmacro %}
