{# A JSON object, as text, of the columns that are not null; null where all are.

   Put together from text because the engines' own JSON constructors differ in name and
   in what they do with nulls, and so does concat(). The keys are literals. #}
{% macro json_object(columns) -%}
    {%- set pairs = [] -%}
    {%- for key, column in columns.items() -%}
        {%- set pair = dbt.concat(["', \"" ~ key ~ "\": '", json_string(column)]) -%}
        {%- do pairs.append(
            "case when "
            ~ column
            ~ " is not null then "
            ~ pair
            ~ " else '' end"
        ) -%}
    {%- endfor -%}
    {%- set joined = dbt.concat(pairs) -%}
    case
        when coalesce({{ columns.values() | join(", ") }}) is not null
        then {{ dbt.concat(["'{'", "substring(" ~ joined ~ ", 3, 2000)", "'}'"]) }}
    end
{%- endmacro %}
