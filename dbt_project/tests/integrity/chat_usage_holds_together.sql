-- Of the questions in a row no more can be rated or begin somebody's day than there
-- are, none takes longer than its limit, and no more tokens are cached than were sent.
-- A count of the chat that is odd holds back no figure of the bills.
{{ config(severity="warn") }}

select date, asker_role, audience, customer_id, planner, outcome, milliseconds_up_to
from {{ ref("chat_usage") }}
where
    thumbs_up + thumbs_down > questions
    or askers > questions
    or milliseconds > questions * milliseconds_up_to
    or cache_read_tokens + cache_write_tokens > input_tokens
    or thumbs_up < 0
    or thumbs_down < 0
    or askers < 0
    or milliseconds < 0
    or model_requests < 0
    or cache_read_tokens < 0
    or cache_write_tokens < 0
    or output_tokens < 0
