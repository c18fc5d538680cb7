-- A version that is spelled in another way than a bill's is an unknown model. A minor
-- version
-- of 0 is the major one's second spelling, one of two digits is never run together.
{% set spellings = [
    ("4", "4", "4"),
    ("4", "4 0", "40"),
    ("4.6", "4 6", "46"),
    ("4.12", "4 12", "4 12"),
    ("9.20", "9 20", "9 20"),
] %}

with

    expected as (

        {% for version, words, digits in spellings %}
            select
                '{{ version }}' as version,
                '{{ words }}' as version_words,
                '{{ digits }}' as version_digits
                {{ "union all" if not loop.last }}
        {% endfor %}

    ),

    versions as (select * from {{ ref("int_model_versions") }})

select expected.version, expected.version_words, expected.version_digits
from expected
left join
    versions
    on expected.version = versions.version
    and expected.version_words = versions.version_words
    and expected.version_digits = versions.version_digits
where versions.version is null
