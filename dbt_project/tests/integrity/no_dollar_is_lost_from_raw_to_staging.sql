-- Every landed line of a current load is in staging with its cost, and no line of a
-- superseded load is. Both sides are stacked and summed, so that a load missing on
-- either
-- side fails as well.
{% set sides = {
    "aws": {
        "raw": source("raw_aws", "cur_line_items") if "aws" in enabled_clouds(),
        "staged": ref("stg_aws_cur__line_items") if "aws" in enabled_clouds(),
        "raw_cost": "line_item_unblended_cost",
        "staged_cost": "billed_cost",
    },
    "azure": {
        "raw": "(select * from "
        ~ source("raw_azure", "cost_rows")
        ~ " where cost_type in ('ActualCost', 'AmortizedCost'))"
        if "azure" in enabled_clouds(),
        "staged": ref("stg_azure_costs__cost_rows") if "azure" in enabled_clouds(),
        "raw_cost": "cost",
        "staged_cost": "billed_cost + amortized_cost",
    },
    "gcp": {
        "raw": "(" ~ gcp_billing_rows() ~ ")" if "gcp" in enabled_clouds(),
        "staged": ref("stg_gcp_billing__billing_rows")
        if "gcp" in enabled_clouds(),
        "raw_cost": "cost",
        "staged_cost": "gross_cost",
    },
    "focus": {
        "raw": source("raw_focus", "cost_rows") if "focus" in enabled_clouds(),
        "staged": ref("stg_focus__cost_and_usage") if "focus" in enabled_clouds(),
        "raw_cost": "billed_cost",
        "staged_cost": "billed_cost",
    },
} %}

with

    current_loads as (select distinct load_id from {{ ref("stg_ops__current_loads") }}),

    stacked as (

        {% for cloud in enabled_clouds() %}
            select
                raw_rows.load_id,
                {{ to_money("raw_rows." ~ sides[cloud].raw_cost) }} as raw_cost,
                cast(0 as {{ type_money() }}) as staged_cost,
                1 as raw_row,
                0 as staged_row
            from {{ sides[cloud].raw }} as raw_rows
            inner join current_loads on raw_rows.load_id = current_loads.load_id
            {% if cloud == "gcp" and gcp_is_read_in_place() %}
                where {{ gcp_partition_is_tested("raw_rows.read_partition") }}
            {% endif %}

            union all

            select
                load_id,
                cast(0 as {{ type_money() }}) as raw_cost,
                {{ sides[cloud].staged_cost }} as staged_cost,
                0 as raw_row,
                1 as staged_row
            from {{ sides[cloud].staged }}
            {% if cloud == "gcp" %}
                where {{ gcp_partition_is_tested("read_partition") }}
            {% endif %}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}

    )

select
    stacked.load_id,
    sum(stacked.raw_cost) as raw_cost,
    sum(stacked.staged_cost) as staged_cost,
    sum(stacked.raw_row) as raw_rows,
    sum(stacked.staged_row) as staged_rows
from stacked
where {{ gcp_load_is_tested("stacked.load_id") }}
group by stacked.load_id
having
    sum(stacked.raw_cost) != sum(stacked.staged_cost)
    or sum(stacked.raw_row) != sum(stacked.staged_row)
