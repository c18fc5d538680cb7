{# A SKU's text as lower-case words between single spaces, with a space at both ends and
   the dots of its numbers kept: 'USE1-Claude4.6Sonnet' becomes ' use1 claude 4.6 sonnet '.

   No engine-independent regular expressions exist (T-SQL has none), hence plain
   functions: separators become spaces, names of model families that bills glue to their
   neighbours are set apart, abbreviations are written out, and runs of spaces are folded.
   A lone dash or a parenthesis ends a name and stays as ~.

   An abbreviation is a whole word or the beginning of one, never a part: 'inp' must not
   be found in another word. #}
{% macro sku_spelling(expression) -%}
    {%- set separators = "-_:/,()|—–[];" -%}
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
        "canvas",
        "titan",
        "llama",
        "mistral",
        "mixtral",
        "pixtral",
        "ministral",
        "magistral",
        "gemini",
        "gemma",
        "grok",
        "qwen",
        "deepseek",
        "minimax",
        "kimi",
        "glm",
        "gpt",
        "turbo",
        "realtime",
        "prvw",
        "rerank",
        "nemotron",
        "palmyra",
        "jamba",
        "twelvelabs",
    ] -%}
    {#- Beginnings of words: a date that is glued to them starts with 0, 1 or 2. -#}
    {%- set glued_numbers = {
        " aud0": " audio 0",
        " aud1": " audio 1",
        " txt0": " text 0",
        " txt1": " text 1",
        " mini0": " mini 0",
        " mini1": " mini 1",
        " 4omini": " 4o mini",
        " large2": " large 2",
        " medium2": " medium 2",
        " small2": " small 2",
        "0pro ": "0 pro ",
        "bft": "b ft",
        " ftregnl ": " ft regnl ",
        " ftglbl ": " ft glbl ",
        " ftdz ": " ft dz ",
        " audinp ": " audio input ",
        " audoutp ": " audio output ",
        " txtinp ": " text input ",
        " txtoutp ": " text output ",
        " batchinp ": " batch input ",
        " batchoutp ": " batch output ",
    } -%}
    {%- set abbreviations = {
        "mini": ["mn"],
        "nano": ["nn"],
        "audio": ["aud"],
        "image": ["img"],
        "text": ["txt"],
        "realtime": ["rt", "rtime"],
        "preview": ["prvw"],
        "transcribe": ["trscb", "trcb", "tcrb"],
        "ministral": ["mnstrl"],
        "input": ["inp", "inpt"],
        "output": ["outp", "outpt", "opt", "ouptut"],
        "cached": ["cchd", "cched", "ccchd", "cch"],
    } -%}
    {%- set ns = namespace(
        sql="translate(replace(replace(lower("
        ~ dbt.concat(["' '", "coalesce(" ~ expression ~ ", '')", "' '"])
        ~ "), ' - ', ' ~ '), ' (', ' ~ '), '"
        ~ separators
        ~ "', '"
        ~ " " * (separators | length)
        ~ "')",
        pairs=[],
    ) -%}
    {%- for word in glued_words -%}
        {%- do ns.pairs.append((word, " " ~ word ~ " ")) -%}
    {%- endfor -%}
    {#- A dot that ends a word is no part of a number. -#}
    {%- do ns.pairs.extend([(". ", " "), (" .", " "), ("..", " ")]) -%}
    {%- set folds = [("    ", " "), ("   ", " "), ("  ", " "), ("  ", " ")] -%}
    {%- do ns.pairs.extend(folds) -%}
    {%- do ns.pairs.extend(glued_numbers.items()) -%}
    {%- for word, spellings in abbreviations.items() -%}
        {%- for spelling in spellings -%}
            {%- do ns.pairs.append((" " ~ spelling ~ " ", " " ~ word ~ " ")) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for old, new in ns.pairs -%}
        {%- set ns.sql = "replace(" ~ ns.sql ~ ", '" ~ old ~ "', '" ~ new ~ "')" -%}
    {%- endfor -%}
    {{ return(ns.sql) }}
{%- endmacro %}
