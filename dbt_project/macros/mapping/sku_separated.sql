{# A SKU's text in lower case with spaces for separators and a space at both ends; a lone
   dash or a parenthesis, which ends a name, becomes ~. Dots stay: they are in numbers. #}
{% macro sku_separated(expression) -%}
    {%- set separators = "-_:/,()|—–[];" -%}
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
        '{{ separators }}',
        '{{ " " * (separators | length) }}'
    )
{%- endmacro %}
