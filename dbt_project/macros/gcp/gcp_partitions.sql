{# Whether Google's billing export is read where it is: on BigQuery, by a setting. #}
{% macro gcp_is_read_in_place() -%}
    {{ return(adapter.dispatch("gcp_is_read_in_place", "llm_costs")()) }}
{%- endmacro %}

{% macro default__gcp_is_read_in_place() -%} {{ return(false) }} {%- endmacro %}

{% macro bigquery__gcp_is_read_in_place() -%}
    {%- set setting = env_var("LLM_COSTS_BIGQUERY_BILLING_EXPORT", "") -%}
    {{ return(setting.replace(" ", "") != "") }}
{%- endmacro %}

{# Condition that leaves out the export's partitions which no new load of an incremental
   model has rows in. Its months begin the partitions: a row of an invoice month is exported
   after the month has begun. A constant in the SQL, since BigQuery leaves out partitions
   by constants only; that the loads are new is another condition. #}
{% macro gcp_partition_is_new(partition, loads) -%}
    {%- if gcp_is_read_in_place() and asks_the_warehouse() and is_incremental() and (
        has_definition_version(this)
    ) -%}
        {%- set earliest %}
            select min(billing_period)
            from {{ loads }}
            where
                source = 'gcp_billing'
                and read_until is not null
                and load_id not in (
                    select load_id
                    from {{ this }}
                    where definition_version = '{{ definition_version() }}'
                )
        {% endset -%}
        {{ gcp_partition_from(partition, run_query(earliest).columns[0].values()[0]) }}
    {%- else -%} 1 = 1
    {%- endif -%}
{%- endmacro %}

{# Condition that leaves out the export's partitions that data tests need not read: those
   of months that no load of the last days has rows in. Such months were tested when they
   were loaded, and nothing of them has changed since. #}
{% macro gcp_partition_is_tested(partition) -%}
    {%- if gcp_is_read_in_place() and asks_the_warehouse() -%}
        {{ gcp_partition_from(partition, gcp_first_tested_month()) }}
    {%- else -%} 1 = 1
    {%- endif -%}
{%- endmacro %}

{# Condition that leaves out the loads whose partitions are left out by the one above. #}
{% macro gcp_load_is_tested(load_id) -%}
    {%- if gcp_is_read_in_place() and asks_the_warehouse() -%}
        {{ load_id }} not in (
            select load_id
            from {{ gcp_current_loads() }}
            where
                source = 'gcp_billing'
                and read_until is not null
                and billing_period < '{{ gcp_first_tested_month() or "" }}'
        )
    {%- else -%} 1 = 1
    {%- endif -%}
{%- endmacro %}

{# The earliest month, YYYY-MM, of loads that are read in place and came no more than a week
   before the newest; none where none are. #}
{% macro gcp_first_tested_month() -%}
    {%- set earliest %}
        select min(billing_period)
        from {{ gcp_current_loads() }}
        where
            source = 'gcp_billing'
            and read_until is not null
            and loaded_at >= (
                select timestamp_sub(max(loaded_at), interval 7 day)
                from {{ gcp_current_loads() }}
                where source = 'gcp_billing' and read_until is not null
            )
    {% endset -%}
    {{ return(run_query(earliest).columns[0].values()[0]) }}
{%- endmacro %}

{# The current loads, by name: a generic test, in whose SQL this comes, cannot tell dbt that
   it depends on them. It does, by what it tests. #}
{% macro gcp_current_loads() -%}
    {{ return(graph.nodes["model.llm_costs.stg_ops__current_loads"].relation_name) }}
{%- endmacro %}

{# Condition that picks the export's partitions from a month on, and rows that are in none
   of them because they are landed; where there is no month, the latter only. #}
{% macro gcp_partition_from(partition, month) -%}
    (
        {{ partition }} is null
        or {{ partition }}
        >= timestamp('{{ month ~ "-01" if month else "9999-12-31" }}')
    )
{%- endmacro %}

{# The generic tests of the models above the export read no more of it than the others;
   the totals of other services are landed, and have no partitions. #}
{% macro bigquery__get_where_subquery(relation) -%}
    {%- if config.get("where", "") != "gcp_partition_is_tested" -%}
        {{ return(dbt.default__get_where_subquery(relation)) }}
    {%- endif -%}
    {%- if relation.identifier == "stg_gcp_billing__filtered_totals" -%}
        {{ return(relation) }}
    {%- endif -%}
    {%- set condition = gcp_partition_is_tested("read_partition") -%}
    {{
        return(
            "(select * from " ~ relation ~ " where " ~ condition ~ ") dbt_subquery"
        )
    }}
{%- endmacro %}
