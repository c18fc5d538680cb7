{# Fails for each row whose text begins or ends with a space: it is equal to no other text,
   and nobody sees why. #}
{% test no_space_around(model, column_name) %}
    select *
    from {{ model }}
    where {{ column_name }} like ' %' or {{ column_name }} like '% '
{% endtest %}
