{# Statement before an incremental build: deletes the rows of loads that another one has
   replaced, and rows that were made by other rules. Runs in the transaction of the
   insert where the engine has one; where it has none, an insert that never came is made
   up for by the next build, which finds the load missing. #}
{% macro delete_outdated_loads(loads) -%}
    {%- if is_incremental() and has_definition_version(this) -%}
        delete from {{ this }}
        where
            definition_version != '{{ definition_version() }}'
            or load_id not in (select load_id from {{ loads }})
    {%- elif is_incremental() -%} delete from {{ this }} where 1 = 1
    {%- endif -%}
{%- endmacro %}
