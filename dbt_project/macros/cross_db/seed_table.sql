{# dbt's statement that makes a seed's table, for SQL Server: `varchar` alone, which the
   seeds' column_types say, is one character long there. #}
{% macro sqlserver__create_csv_table(model, agate_table) -%}
    {%- set declared = model["config"].get("column_types", {}) -%}
    {%- set columns = [] -%}
    {%- for name in agate_table.column_names -%}
        {%- set type = declared.get(name) or adapter.convert_type(
            agate_table, loop.index0
        ) -%}
        {%- do columns.append(
            adapter.quote(name)
            ~ " "
            ~ (type_text() if type == "varchar" else type)
        ) -%}
    {%- endfor -%}
    {%- set sql -%} create table {{ this.render() }} ({{ columns | join(", ") }}) {%- endset -%}
    {%- call statement("_") -%} {{ sql }} {%- endcall -%}
    {{ return(sql) }}
{%- endmacro %}
