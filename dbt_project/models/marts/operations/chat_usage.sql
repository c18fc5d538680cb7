{# How the chat is used, and what its language model took for it. Tokens only: what they
   cost is on the bill of whoever sells them, and there it is counted.

   A day is loaded anew when its counts have changed, and its newest load counts. One that
   died half-way has fewer rows than each of them says, and does not. #}
with

    loads as (select * from {{ ref("stg_ops__chat_usage") }}),

    whole as (

        select usage_date, load_id
        from loads
        group by usage_date, load_id
        having count(*) = max(rows_of_day)

    ),

    newest as (
        select usage_date, max(load_id) as load_id from whole group by usage_date
    ),

    final as (

        select
            -- ids
            loads.usage_date as date,
            loads.asker_role,
            loads.audience,
            loads.customer_id,
            loads.planner,
            loads.language_model,
            loads.outcome,
            loads.milliseconds_up_to,

            -- measures
            loads.questions,
            loads.askers,
            loads.thumbs_up,
            loads.thumbs_down,
            loads.milliseconds,
            loads.model_requests,
            loads.input_tokens,
            loads.cache_read_tokens,
            loads.cache_write_tokens,
            loads.output_tokens,

            -- times
            loads.loaded_at
        from loads
        inner join
            newest
            on loads.usage_date = newest.usage_date
            and loads.load_id = newest.load_id

    )

select *
from final
