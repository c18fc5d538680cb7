{# Stops a build with the way out where nothing has been loaded yet, instead of an error
   about a missing table. Runs before build, run and test. #}
{% macro require_loaded_bills() -%}
    {%- if execute and flags.WHICH in ["build", "run", "test"] -%}
        {%- set ledger = source("raw_ops", "load_ledger") -%}
        {%- set found = adapter.get_relation(
            database=ledger.database,
            schema=ledger.schema,
            identifier=ledger.identifier,
        ) -%}
        {%- if found is none -%}
            {{
                exceptions.raise_compiler_error(
                    "No bills are loaded in target '"
                    ~ target.name
                    ~ "': "
                    ~ ledger
                    ~ " does not exist. Load them with `dlt pipeline run`, or run"
                    ~ " `make demo` for the sample company's."
                )
            }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
