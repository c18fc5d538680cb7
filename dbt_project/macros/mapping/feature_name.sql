{# A feature in the spelling that all clouds have in common: Google's labels know no
   capitals, and Chatbot on one cloud and chatbot on another would be two features. Null
   where the text names none, as "n/a" does. #}
{% macro feature_name(expression) -%}
    {%- set name = "lower(trim(" ~ expression ~ "))" -%}
    case when {{ name }} not in ({{ void_tag_values() }}) then {{ name }} end
{%- endmacro %}
