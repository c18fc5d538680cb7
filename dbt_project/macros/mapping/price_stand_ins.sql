{# Which price may stand for which where a catalogue has none, one row per wanted and given
   price: itself first, then that of the standard context, and input for cached tokens,
   which are then read and billed as input. #}
{% macro price_stand_ins() -%}
    {% for token_type in ["input", "output", "cache_read", "cache_write"] %}
        {% for context in ["standard", "long"] %}
            {% set own_type = (
                [token_type, "input"]
                if "cache" in token_type
                else [token_type]
            ) %}
            {% for price_type in own_type %}
                {% for price_context in [context, "standard"] | unique %}
                    select
                        '{{ token_type }}' as token_type,
                        '{{ context }}' as context,
                        '{{ price_type }}' as price_token_type,
                        '{{ price_context }}' as price_context,
                        {{ 10 * loop.index0 + 100 * own_type.index(price_type) }}
                        as distance
                        {{ "union all" if not loop.last }}
                    {% endfor %} {{ "union all" if not loop.last }}
                {% endfor %} {{ "union all" if not loop.last }}
            {% endfor %} {{ "union all" if not loop.last }}
    {% endfor %}
{%- endmacro %}
