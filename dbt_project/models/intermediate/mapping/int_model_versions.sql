{# The version numbers that a model family may have, spelled as bills spell them:
   '4.6', as words '4 6', and run together '46'. One row per version.

   A minor version 0 is another spelling of the major one: 'Nova 2.0' is nova-2. A minor
   version of two digits is never run together: '510' would be any number. #}
with

    minors as (

        {% for minor in range(21) %}
            select {{ minor }} as minor {{ "union all" if not loop.last }}
        {% endfor %}

    ),

    majors as (select minor as major from minors where minor between 1 and 9),

    versions as (

        select
            cast(major as {{ type_text() }}) as version,
            cast(major as {{ type_text() }}) as version_words,
            cast(major as {{ type_text() }}) as version_digits
        from majors

        union all

        select
            case
                when minors.minor = 0
                then cast(majors.major as {{ type_text() }})
                else
                    {{
                        dbt.concat(
                            [
                                "cast(majors.major as " ~ type_text() ~ ")",
                                "'.'",
                                "cast(minors.minor as " ~ type_text() ~ ")",
                            ]
                        )
                    }}
            end as version,
            {{
                dbt.concat(
                    [
                        "cast(majors.major as " ~ type_text() ~ ")",
                        "' '",
                        "cast(minors.minor as " ~ type_text() ~ ")",
                    ]
                )
            }} as version_words,
            case
                when minors.minor < 10
                then
                    {{
                        dbt.concat(
                            [
                                "cast(majors.major as " ~ type_text() ~ ")",
                                "cast(minors.minor as " ~ type_text() ~ ")",
                            ]
                        )
                    }}
                else
                    {{
                        dbt.concat(
                            [
                                "cast(majors.major as " ~ type_text() ~ ")",
                                "' '",
                                "cast(minors.minor as " ~ type_text() ~ ")",
                            ]
                        )
                    }}
            end as version_digits
        from majors
        cross join minors

    )

select *
from versions
