{# An amount of a charge in US dollars: divided by the bill's own rate where it has one
   (units to the dollar), else multiplied by the table's (dollars to the unit). #}
{% macro convert_charge(amount) -%}
    case
        when units_per_usd is not null
        then
            cast(
                cast({{ amount }} as {{ type_double() }})
                / cast(units_per_usd as {{ type_double() }}) as {{ type_money() }}
            )
        else {{ convert_money(amount, "table_rate") }}
    end
{%- endmacro %}
