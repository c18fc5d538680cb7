{# Pricing tier of each SKU, by the first rule that matches; on-demand where none does. #}
{{ first_matching_rule(ref("pricing_tier_rules"), "pricing_tier") }}
