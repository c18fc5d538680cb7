{# A query on one table of the billing export: the rows that the current loads count.

   What counts was exported no later than the newest row that the loader saw; a row that
   came since waits for its next run. AI services are those that the loader did not land
   as totals of other services, so that both together are always the whole bill.

   Labels and credits are lists on a row: sub-queries read them, because a join would
   repeat the row's cost. Of several equal keys the first counts, as in files. #}
{% macro gcp_rows_in_place(table) -%}
    select
        loads.load_id,
        export.billing_account_id,
        export.project.id as project_id,
        export.sku.id as sku_id,
        export.service.description as service_description,
        export.sku.description as sku_description,
        export.location.region as location_region,
        export.usage.unit as usage_unit,
        export.usage.pricing_unit as usage_pricing_unit,
        export.usage.amount_in_pricing_units as usage_amount_in_pricing_units,
        export.cost_type,
        {{ gcp_invoice_month("export") }} as invoice_month,
        export.currency,
        export.currency_conversion_rate,
        export.cost,
        export.cost_at_list,
        (
            select coalesce(sum(credit.amount), 0) from unnest(export.credits) as credit
        ) as credits_amount,
        (
            select coalesce(sum(credit.amount), 0)
            from unnest(export.credits) as credit
            where credit.type = 'PROMOTION'
        ) as credits_promotion_amount,
        {{ gcp_labels_as_json("export.labels") }} as labels,
        {{ gcp_labels_as_json("export.project.labels") }} as project_labels,
        export.usage_start_time,
        export.usage_end_time,
        export._partitiontime as read_partition
    from `{{ table }}` as export
    inner join
        (
            select distinct load_id, billing_account_id, billing_period, read_until
            from {{ ref("stg_ops__current_loads") }}
            where source = 'gcp_billing' and read_until is not null
        ) as loads
        on export.billing_account_id = loads.billing_account_id
        and {{ gcp_invoice_month("export") }} = replace(loads.billing_period, '-', '')
        and export.export_time <= loads.read_until
    left join
        (
            select distinct load_id, coalesce(service_description, '') as service
            from {{ source("raw_gcp", "filtered_totals") }}
        ) as others
        on loads.load_id = others.load_id
        and coalesce(export.service.description, '') = others.service
    where
        others.load_id is null
        and export._partitiontime >= timestamp('{{ gcp_first_partition() }}')
{%- endmacro %}

{# The invoice month of a row. One without any is of the bill of its usage: Google's
   months are those of US/Pacific. The loader says the same in export_table.py. #}
{% macro gcp_invoice_month(row) -%}
    coalesce(
        nullif({{ row }}.invoice.month, ''),
        format_timestamp('%Y%m', {{ row }}.usage_start_time, 'US/Pacific')
    )
{%- endmacro %}

{# The first day of the earliest invoice month that is read in place: older partitions of the
   export hold no row of it. A date in the SQL, since BigQuery leaves partitions out by
   constants only. #}
{% macro gcp_first_partition() -%}
    {%- if not asks_the_warehouse() -%} {{ return("1970-01-01") }} {%- endif -%}
    {%- set earliest %}
        select min(billing_period)
        from {{ source("raw_ops", "load_ledger") }}
        where source = 'gcp_billing' and read_until is not null
    {% endset -%}
    {%- set period = run_query(earliest).columns[0].values()[0] -%}
    {{ return(period ~ "-01" if period else "1970-01-01") }}
{%- endmacro %}

{# A list of keys and values as the text of a JSON object. #}
{% macro gcp_labels_as_json(labels) -%}
    (
        select
            concat(
                '{',
                string_agg(
                    concat(to_json_string(label.key), ':', to_json_string(label.value)),
                    ','
                    order by place
                ),
                '}'
            )
        from unnest({{ labels }}) as label
        with
        offset as place
        where
            label.key is not null
            and not exists (
                select 1
                from unnest({{ labels }}) as earlier
                with
                offset as earlier_place
                where earlier.key = label.key and earlier_place < place
            )
    )
{%- endmacro %}
