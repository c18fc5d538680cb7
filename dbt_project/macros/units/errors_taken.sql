{# How many usual errors a day of a series must be beyond what is explained to be unusual:
   fewer, the more days in a row before it were on the same side, as chance seldom strikes
   twice. The side is a comparison that a score of it fulfils: `>= ` or `<= -`. #}
{% macro errors_taken(side) -%}
    {%- set threshold = var("anomaly_threshold") -%}
    {%- set streaks = {
        1: var("anomaly_following_threshold"),
        2: (threshold * 0.6) | round(2),
        3: (threshold * 0.5) | round(2),
    } -%}
    case
        {% for days, errors in streaks.items() %}
            when
                {% for day in range(1, days + 1) %}
                    score_{{ day }} {{ side }}{{ errors }} {{ "and" if not loop.last }}
                {% endfor %}
            then {{ errors }}
        {% endfor %}
        else {{ threshold }}
    end
{%- endmacro %}
