{# A SKU's text in lower case with spaces for separators and a space at both ends; a lone
   dash or a parenthesis, which ends a name, becomes ~. Dots stay: they are in numbers.

   The two dashes that are not in ASCII are made by their numbers. The ~ at the end of both
   lists stands for itself: an engine that ignores trailing spaces sees lists of one length. #}
{% macro sku_separated(expression) -%}
    {%- set separators = "-_:/,()|[];" -%}
    {%- set dashes = [8212, 8211] -%}
    {%- set parts = ["'" ~ separators ~ "'"] -%}
    {%- for dash in dashes -%} {%- do parts.append(character(dash)) -%} {%- endfor -%}
    {%- do parts.append("'~'") -%}
    translate(
        replace(
            replace(
                lower(
                    {{ dbt.concat(["' '", "coalesce(" ~ expression ~ ", '')", "' '"]) }}
                ),
                ' - ',
                ' ~ '
            ),
            ' (',
            ' ~ '
        ),
        {{ dbt.concat(parts) }},
        '{{ " " * (separators | length + dashes | length) }}~'
    )
{%- endmacro %}
