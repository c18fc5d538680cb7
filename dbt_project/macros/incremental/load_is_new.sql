{# Condition that picks the loads which an incremental model does not hold yet, or holds
   by other rules. Their ids are written into the SQL, because a join would make the
   engine read all raw rows to find the few new ones. #}
{% macro load_is_new(load_id, loads) -%}
    {%- if asks_the_warehouse() and is_incremental() and has_definition_version(
        this
    ) -%}
        {%- set new_loads %}
            select distinct load_id
            from {{ loads }}
            where
                load_id not in (
                    select load_id
                    from {{ this }}
                    where definition_version = '{{ definition_version() }}'
                )
        {% endset -%}
        {%- set ids = run_query(new_loads).columns[0].values() | sort -%}
        {{ load_id ~ " in ('" ~ ids | join("', '") ~ "')" if ids else "1 = 0" }}
    {%- else -%} 1 = 1
    {%- endif -%}
{%- endmacro %}
