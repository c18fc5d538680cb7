{# What each distinct set of tags, names and accounts says about the customer, in long
   form. One row per evidence key, kind of evidence and value. #}
{{ config(materialized="table") }}

{% set kinds = [
    "resource_tag",
    "inference_profile",
    "iam_principal",
    "resource_group",
    "project_label",
    "project",
    "account",
] %}

with

    charges as (select * from {{ ref("int_daily_charges") }}),

    {% for kind in kinds %}
        {{ kind }}_evidence as (

            select
                evidence_key,
                cloud_provider,
                '{{ kind }}' as evidence,
                lower(trim(evidence_{{ kind }})) as evidence_value
            from charges
            where nullif(trim(evidence_{{ kind }}), '') is not null
            group by evidence_key, cloud_provider, lower(trim(evidence_{{ kind }}))

        ),
    {% endfor %}

    final as (

        {% for kind in kinds %}
            select evidence_key, cloud_provider, evidence, evidence_value
            from {{ kind }}_evidence
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}

    )

select *
from final
