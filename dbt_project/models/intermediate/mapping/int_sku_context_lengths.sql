{# The SKUs that are for long prompts, by the first rule that matches. #}
{{ first_matching_rule(ref("context_length_rules"), "context_length") }}
