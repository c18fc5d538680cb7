-- Who sees a day outside of its range must find it told, and who is told of a day must
-- see it outside: status and range may not disagree, not even by a cent, and what was
-- expected lies in the range.
with

    judged as (

        select
            scope_type,
            scope_key,
            date,
            cost_usd,
            expected_cost_usd,
            expected_low_usd,
            expected_high_usd,
            status,
            case
                when cost_usd > expected_high_usd
                then 'High'
                when cost_usd < expected_low_usd
                then 'Low'
                else 'Normal'
            end as status_by_range
        from {{ ref("int_series_judged") }}

    )

select *
from judged
where
    (status in ('High', 'Low', 'Normal') and status != status_by_range)
    or (status = 'Shifted' and status_by_range = 'Normal')
    or (status = 'High' and expected_high_usd is null)
    or (expected_low_usd > expected_high_usd)
    or (expected_cost_usd > expected_high_usd)
    or (expected_cost_usd >= 0 and expected_cost_usd < expected_low_usd)
