{# The last day that every series of a provider is judged on. One row per provider, and
   one for `all`.

   A provider whose bill is late ends its own series early, not those of the others. #}
with

    provider_days as (

        select
            cloud_provider,
            min(case when days_behind <= 3 then last_complete_date end) as fresh_until,
            max(last_complete_date) as complete_until
        from {{ ref("data_freshness") }}
        group by cloud_provider

    ),

    final as (

        select cloud_provider, coalesce(fresh_until, complete_until) as last_date
        from provider_days
        union all
        select 'all' as cloud_provider, min(fresh_until) as last_date
        from provider_days

    )

select *
from final
