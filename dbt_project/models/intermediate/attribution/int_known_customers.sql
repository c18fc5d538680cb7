{# Names under which a customer may appear in the bills: its id, spelled in lower case. #}
with settings as (select * from {{ ref("customer_settings") }})

select lower(customer_id) as customer_id
from settings
