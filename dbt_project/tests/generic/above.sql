{# Fails for each row whose number is not above the limit: a rate or a factor of 0 makes
   money vanish, and one below turns costs into credits. Null is not judged. #}
{% test above(model, column_name, number) %}
    select * from {{ model }} where {{ column_name }} <= {{ number }}
{% endtest %}
