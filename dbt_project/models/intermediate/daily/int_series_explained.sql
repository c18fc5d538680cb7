{# The status of each day, with the unusual days of a model told apart that are no news
   about its cost. One row per series and day.

   New     = the change is the arrival of customers in their first days
   Shifted = by its customers, little has changed, or it only moved from or to other
             models of theirs

   Most of a change must have moved: up to half of it may remain, of what is usual or of what
   is expected, because the other model has another price. What remains is new money, or
   saved; the series of the customer tells it if it is unusual. #}
with

    verdicts as (select * from {{ ref("int_series_verdicts") }}),

    moves as (select * from {{ ref("int_series_moves") }}),

    joined as (

        select
            verdicts.*,
            coalesce(moves.moved, 0) as moved,
            moves.brought,
            moves.change - moves.brought as old_change
        from verdicts
        left join
            moves
            on verdicts.scope_type = 'model'
            and verdicts.scope_key = moves.model
            and verdicts.date = moves.date

    ),

    final as (

        select
            date,
            scope_type,
            scope_key,
            cloud_provider,
            service,
            model,
            customer_id,
            cost_usd,
            history_days,
            mean_7,
            stddev_7,
            z_score,
            expected,
            forecast_error,
            relative_error,
            lowest_expected,
            highest_expected,
            expected_low_usd,
            expected_high_usd,
            score,
            moved,
            case
                when status = 'High' and brought > 0 and old_change <= 0.25 * distance
                then 'New'
                when
                    status = 'High'
                    and (
                        old_change - moved <= 0.5 * distance
                        or old_change - moved <= 0.5 * old_change
                    )
                then 'Shifted'
                when
                    status = 'Low'
                    and (
                        moved - old_change <= 0.5 * distance
                        or moved - old_change <= -0.5 * old_change
                    )
                then 'Shifted'
                else status
            end as status
        from joined

    )

select *
from final
