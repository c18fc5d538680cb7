{# Fingerprint of all that decides what a model's rows say besides the bills: the SQL and
   the seeds it is made from, the macros in them, the variables they read.

   Incremental models keep it in every row, so that an edited rule, rate or customer
   reaches the rows of old bills at the next build.

   It speaks of the project's files, and only a build of everything upstream makes the
   warehouse follow them. Rows of a build that left something out are marked so that no
   other build trusts them. #}
{% macro definition_version() -%}
    {%- set seen = [] -%}
    {%- set parts = [
        tojson(var("customer_keys")),
        tojson(var("void_tag_values")),
    ] -%}
    {%- for keys in tagged_attributes().values() -%}
        {%- do parts.append(tojson(keys)) -%}
    {%- endfor -%}
    {#- A unit test has no place in the graph. -#}
    {%- if execute and model.unique_id in graph.nodes -%}
        {%- do collect_definitions(graph.nodes[model.unique_id], seen, parts) -%}
    {%- endif -%}
    {%- set left_out = (
        seen
        | select("in", graph.nodes or [])
        | reject("in", selected_resources)
    ) -%}
    {{
        return(
            "partial " ~ invocation_id
            if left_out | list
            else local_md5(parts | sort | join("\n"))
        )
    }}
{%- endmacro %}

{# Adds the checksums of a node, of its macros and of everything upstream of it. #}
{% macro collect_definitions(node, seen, parts) -%}
    {%- do parts.append(node.unique_id ~ " " ~ node.checksum.checksum) -%}
    {%- do collect_macros(node.depends_on.macros, seen, parts) -%}
    {%- for id in node.depends_on.nodes if id in graph.nodes and id not in seen -%}
        {%- do seen.append(id) -%}
        {%- do collect_definitions(graph.nodes[id], seen, parts) -%}
    {%- endfor -%}
{%- endmacro %}

{# Adds the texts of this project's macros among some, and of those they call. #}
{% macro collect_macros(ids, seen, parts) -%}
    {%- for id in ids if id.startswith("macro.llm_costs.") and id not in seen -%}
        {%- do seen.append(id) -%}
        {%- set called = context[id.split(".")[2]].macro -%}
        {%- do parts.append(id ~ " " ~ called.macro_sql) -%}
        {%- do collect_macros(called.depends_on.macros, seen, parts) -%}
    {%- endfor -%}
{%- endmacro %}
