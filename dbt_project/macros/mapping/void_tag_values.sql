{# The customers' names that name nobody, as a list of SQL literals in lower case: those of
   var void_tag_values and, whatever it says, the words that our own tables use for costs
   of nobody or of everybody. #}
{% macro void_tag_values() -%}
    {%- set literals = ["''", "'all'", "'total'", "'unattributed'"] -%}
    {%- for value in var("void_tag_values") -%}
        {%- do literals.append(
            "'" ~ value | string | trim | lower | replace("'", "''") ~ "'"
        ) -%}
    {%- endfor -%}
    {{ literals | unique | join(", ") }}
{%- endmacro %}
