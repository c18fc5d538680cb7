{# Budgets of clouds and of teams. A cloud whose bills this target does not hold has none
   here: another warehouse tells how that budget stands. FOCUS files may be of any cloud. #}
{% set names = {"aws": "AWS", "azure": "Azure", "gcp": "GCP"} %}
{% set clouds = enabled_clouds() %}

with

    budgets as (select * from {{ ref("budgets") }}),

    final as (

        select
            -- ids
            budget_scope,
            case
                when budget_scope = 'provider' then budget_name else 'all'
            end as cloud_provider,
            case when budget_scope = 'team' then budget_name else 'all' end as team,

            -- measures
            cast(monthly_budget_usd as {{ type_money() }}) as monthly_budget_usd
        from budgets
        where
            budget_scope = 'team'
            or (
                budget_scope = 'provider'
                and budget_name in (
                    {% for cloud in names if "focus" in clouds or cloud in clouds %}
                        '{{ names[cloud] }}'{{ "," if not loop.last }}
                    {% endfor %}
                )
            )

    )

select *
from final
