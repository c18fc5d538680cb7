-- A rate that is not renewed makes later bills in its currency a little wrong, and
-- nothing fails. Told are rates that were older than exchange_rate_days when needed.
{{ config(severity="warn") }}
select currency, newest_rate_date, newest_charge_date, days_old
from {{ ref("int_exchange_rate_ages") }}
where days_old > {{ var("exchange_rate_days") }}
