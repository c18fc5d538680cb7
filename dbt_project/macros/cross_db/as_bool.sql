{# A boolean column out of a condition.

   T-SQL has no boolean expressions in a select list and stores bit, so the condition
   goes through a case and a cast, which the other adapters accept as well. #}
{% macro as_bool(condition) -%}
    cast(case when {{ condition }} then 1 else 0 end as {{ dbt.type_boolean() }})
{%- endmacro %}
