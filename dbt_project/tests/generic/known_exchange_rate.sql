{# Fails for each currency and day without a rate. Add the rate to
   dbt_project/seeds/exchange_rates.csv; until then the marts keep their last state. #}
{% test known_exchange_rate(model, column_name) %}
    select billing_currency, min(charge_date) as first_day, count(*) as row_count
    from {{ model }}
    where {{ column_name }} is null
    group by billing_currency
{% endtest %}
