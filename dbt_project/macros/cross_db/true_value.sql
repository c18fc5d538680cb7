{# The true of a boolean column, for comparisons: `is_x = true_value()`.

   T-SQL has neither a true literal nor a bare boolean condition. #}
{% macro true_value() -%} cast(1 as {{ dbt.type_boolean() }}) {%- endmacro %}
