{# The version numbers that a model family may have, spelled as bills spell them:
   '4.6', as words '4 6', and run together '46'. One row per version.

   A minor version 0 is another spelling of the major one: 'Nova 2.0' is nova-2. #}
with

    digits as (

        {% for digit in range(10) %}
            select {{ digit }} as digit {{ "union all" if not loop.last }}
        {% endfor %}

    ),

    majors as (select digit as major from digits where digit between 1 and 9),

    versions as (

        select
            cast(major as {{ type_text() }}) as version,
            cast(major as {{ type_text() }}) as version_words,
            cast(major as {{ type_text() }}) as version_digits
        from majors

        union all

        select
            case
                when digits.digit = 0
                then cast(majors.major as {{ type_text() }})
                else
                    {{
                        dbt.concat(
                            [
                                "cast(majors.major as " ~ type_text() ~ ")",
                                "'.'",
                                "cast(digits.digit as " ~ type_text() ~ ")",
                            ]
                        )
                    }}
            end as version,
            {{
                dbt.concat(
                    [
                        "cast(majors.major as " ~ type_text() ~ ")",
                        "' '",
                        "cast(digits.digit as " ~ type_text() ~ ")",
                    ]
                )
            }} as version_words,
            {{
                dbt.concat(
                    [
                        "cast(majors.major as " ~ type_text() ~ ")",
                        "cast(digits.digit as " ~ type_text() ~ ")",
                    ]
                )
            }} as version_digits
        from majors
        cross join digits

    )

select *
from versions
