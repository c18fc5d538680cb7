{# What tags and labels name beside the customer: each with the keys that you give it. #}
{% macro tagged_attributes() -%}
    {{
        return(
            {
                "team": var("team_keys"),
                "environment": var("environment_keys"),
                "feature": var("feature_keys"),
            }
        )
    }}
{%- endmacro %}
