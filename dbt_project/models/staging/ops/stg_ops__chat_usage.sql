{# Without the table nothing was counted yet: a loader of an earlier release has not made
   it. Every load is kept here; the mart takes those that count. #}
{% set words = [
    "usage_day",
    "asker_role",
    "audience",
    "customer",
    "planner",
    "language_model",
    "outcome",
    "load_id",
] %}
{% set counts = [
    "milliseconds_up_to",
    "questions",
    "askers",
    "thumbs_up",
    "thumbs_down",
    "milliseconds",
    "model_requests",
    "input_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "output_tokens",
    "rows_of_day",
] %}
{% set table = source("raw_ops", "chat_usage") %}
with

    typed as (

        {% if is_there(table) %}
            select
                {% for word in words %}
                    cast({{ word }} as {{ type_text() }}) as {{ word }},
                {% endfor %}
                {% for count in counts %}
                    cast({{ count }} as {{ dbt.type_bigint() }}) as {{ count }},
                {% endfor %}
                {{ utc_timestamp("loaded_at") }} as loaded_at
            from {{ table }}
        {% else %}
            select
                {% for word in words %} cast(null as {{ type_text() }}) as {{ word }},
                {% endfor %}
                {% for count in counts %}
                    cast(null as {{ dbt.type_bigint() }}) as {{ count }},
                {% endfor %}
                cast(null as {{ dbt.type_timestamp() }}) as loaded_at
            from (select 1 as nothing) as no_table
            where 1 = 0
        {% endif %}

    ),

    final as (

        select
            -- ids
            load_id,
            cast(usage_day as date) as usage_date,
            asker_role,
            audience,
            nullif(customer, '') as customer_id,
            planner,
            nullif(language_model, '') as language_model,
            outcome,
            milliseconds_up_to,

            -- measures
            questions,
            askers,
            thumbs_up,
            thumbs_down,
            milliseconds,
            model_requests,
            input_tokens,
            cache_read_tokens,
            cache_write_tokens,
            output_tokens,
            rows_of_day,

            -- times
            loaded_at
        from typed

    )

select *
from final
