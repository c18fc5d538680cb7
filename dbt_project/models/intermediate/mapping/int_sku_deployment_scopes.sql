{# Where the tokens of each SKU were computed, by the first rule that matches. #}
{{ first_matching_rule(ref("deployment_scope_rules"), "deployment_scope") }}
