{# Sum of money of which no part is unknown; null where one is, for a part is no sum. #}
{% macro sum_if_known(amount) -%}
    cast(
        case
            when count({{ amount }}) = count(*) then sum({{ amount }})
        end as {{ type_money() }}
    )
{%- endmacro %}
