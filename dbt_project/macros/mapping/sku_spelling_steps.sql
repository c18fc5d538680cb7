{# What to replace in a SKU's text, after sku_separated, so that it becomes words between
   single spaces: 'use1 claude4.6sonnet' becomes 'use1 claude 4.6 sonnet'. A list of
   steps, each a list of pairs, to be applied one after the other in CTEs, because
   linters and engines limit how deep an expression may nest.

   Names of model families that bills glue to their neighbours are set apart, runs of
   spaces are folded, and abbreviations are written out: whole words only, since 'inp' is
   in other words. No engine-independent regular expressions exist (T-SQL has none). #}
{% macro sku_spelling_steps() -%}
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
        "reel",
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
        "coder",
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
        "cohere",
        "command",
        "jamba",
        "twelvelabs",
        "marengo",
    ] -%}
    {#- Beginnings of words: a date that is glued to them starts with 0, 1 or 2. -#}
    {%- set glued_numbers = {
        " 3next ": " 3 next ",
        " 4next ": " 4 next ",
        " 5next ": " 5 next ",
        " 3vl ": " 3 vl ",
        " 4vl ": " 4 vl ",
        " 5vl ": " 5 vl ",
        " stableimage": " stable image ",
        " stablediffusion": " stable diffusion ",
        " r+ ": " r plus ",
        " a+ ": " a plus ",
        " embedv": " embed v",
        " fluxpro": " flux pro",
        " embedmulti": " embed multi",
        " embedenglish": " embed english",
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
    {%- for digit in range(10) -%}
        {%- do glued_numbers.update({digit ~ "pro ": digit ~ " pro "}) -%}
        {%- do glued_numbers.update({digit ~ "mini ": digit ~ " mini "}) -%}
        {%- do glued_numbers.update({digit ~ "large ": digit ~ " large "}) -%}
        {%- do glued_numbers.update({" embed" ~ digit: " embed " ~ digit}) -%}
        {%- do glued_numbers.update({" claude v" ~ digit: " claude " ~ digit}) -%}
    {%- endfor -%}
    {%- set pairs = [] -%}
    {%- for word in glued_words -%}
        {%- do pairs.append((word, " " ~ word ~ " ")) -%}
    {%- endfor -%}
    {#- A dot that ends a word is no part of a number. -#}
    {%- do pairs.extend([(". ", " "), (" .", " "), ("..", " ")]) -%}
    {%- for spaces in ["    ", "   ", "  ", "  "] -%}
        {%- do pairs.append((spaces, " ")) -%}
    {%- endfor -%}
    {%- do pairs.extend(glued_numbers.items()) -%}
    {%- for word, spellings in abbreviations.items() -%}
        {%- for spelling in spellings -%}
            {%- do pairs.append((" " ~ spelling ~ " ", " " ~ word ~ " ")) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(pairs | batch(16) | list) }}
{%- endmacro %}
