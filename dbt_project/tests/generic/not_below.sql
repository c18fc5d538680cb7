{# Fails for each row whose number is below the limit. Null is not judged. #}
{% test not_below(model, column_name, number) %}
    select * from {{ model }} where {{ column_name }} < {{ number }}
{% endtest %}
