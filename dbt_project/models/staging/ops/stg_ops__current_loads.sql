{# Loads are appended and never changed: the newest load of a unit is its current one,
   and everything that reads raw tables joins here, so that a unit is replaced as a whole
   by the one insert that the loader does last. Loads of clouds that the target has given
   up stay in the ledger and are not current: nobody waits for their next bill. #}
with

    ledger as (select * from {{ source("raw_ops", "load_ledger") }}),

    ranked as (

        select
            -- ids
            {% for id in [
                "load_id",
                "source",
                "unit",
                "cloud_provider",
                "billing_account_id",
                "currency",
            ] %}
                cast({{ id }} as {{ type_text() }}) as {{ id }},
            {% endfor %}

            -- attributes
            cast(billing_period as {{ type_text() }}) as billing_period,
            cast(location as {{ type_text() }}) as location,

            -- measures
            cast(files as {{ dbt.type_bigint() }}) as files,
            cast(landed_rows as {{ dbt.type_bigint() }}) as landed_rows,
            cast(filtered_rows as {{ dbt.type_bigint() }}) as filtered_rows,
            {{ to_money("landed_cost") }} as landed_cost,
            {{ to_money("filtered_cost") }} as filtered_cost,
            {{ to_money("cost_total") }} as cost_total,

            -- times
            cast(first_usage_at as {{ dbt.type_timestamp() }}) as first_usage_at,
            cast(last_usage_at as {{ dbt.type_timestamp() }}) as last_usage_at,
            {{ utc_timestamp("loaded_at") }} as loaded_at,
            cast(read_until as {{ dbt.type_timestamp() }}) as read_until,

            -- A load has one row per currency, so ranks are given to loads, not to
            -- rows.
            dense_rank() over (
                partition by source, unit order by loaded_at desc, load_id desc
            ) as recency
        from ledger

    )

select
    load_id,
    source,
    unit,
    cloud_provider,
    billing_account_id,
    currency,
    billing_period,
    location,
    files,
    landed_rows,
    filtered_rows,
    landed_cost,
    filtered_cost,
    cost_total,
    first_usage_at,
    last_usage_at,
    loaded_at,
    read_until
from ranked
where
    recency = 1
    and source in (
        {% for cloud in enabled_clouds() %}
            '{{ source_of_cloud(cloud) }}'{{ "," if not loop.last }}
        {% endfor %}
    )
