{# A unit of ours in FOCUS' way of writing units: in capitals, as in GB-Months. #}
{% macro focus_unit(usage_unit) -%}
    {%- set names = {
        "tokens": "Tokens",
        "text units": "Text Units",
        "search units": "Search Units",
        "gigabyte-months": "GB-Months",
        "gibibyte-months": "GiB-Months",
        "gigabyte-hours": "GB-Hours",
        "gibibyte-hours": "GiB-Hours",
        "token-hours": "Token-Hours",
        "vcpu-hours": "vCPU-Hours",
        "model-months": "Model-Months",
    } -%}
    case
        {{ usage_unit }}
        {% for unit, name in names.items() %}
            when '{{ unit }}' then '{{ name }}'
        {% endfor %}
        else
            {{
                dbt.concat(
                    [
                        "upper(substring(" ~ usage_unit ~ ", 1, 1))",
                        "substring(" ~ usage_unit ~ ", 2, 100)",
                    ]
                )
            }}
    end
{%- endmacro %}
