{# A SKU's text as lower-case words between single spaces, with a space at both ends, so
   that `like '% word %'` matches whole words only: 'USE1-Claude4.6Sonnet' and 'Claude
   Sonnet 4.6' become ' use1 claude 4 6 sonnet ' and ' claude sonnet 4 6 '.

   No engine-independent regular expressions exist (T-SQL has none), hence plain
   functions: separators become spaces, names of model families that bills glue to their
   neighbours are set apart, and runs of spaces are folded. #}
{% macro sku_words(expression) -%}
    {%- set separators = "-_.:/,()|—–[]+;" -%}
    {%- set glued_words = [
        "claude",
        "sonnet",
        "haiku",
        "opus",
        "nova",
        "lite",
        "omni",
        "sonic",
        "premier",
        "titan",
        "llama",
        "mistral",
        "mixtral",
        "pixtral",
        "gemini",
        "grok",
        "qwen",
        "deepseek",
    ] -%}
    {%- set ns = namespace(
        sql="translate(lower("
        ~ dbt.concat(["' '", "coalesce(" ~ expression ~ ", '')", "' '"])
        ~ "), '"
        ~ separators
        ~ "', '"
        ~ " " * (separators | length)
        ~ "')"
    ) -%}
    {%- for word in glued_words -%}
        {%- set ns.sql = "replace(" ~ ns.sql ~ ", '" ~ word ~ "', ' " ~ word ~ " ')" -%}
    {%- endfor -%}
    {%- for spaces in ["    ", "   ", "  ", "  "] -%}
        {%- set ns.sql = "replace(" ~ ns.sql ~ ", '" ~ spaces ~ "', ' ')" -%}
    {%- endfor -%}
    {{ return(ns.sql) }}
{%- endmacro %}
