{# The bills that this target holds, in a fixed order: env LLM_COSTS_CLOUDS_<TARGET>, such
   as LLM_COSTS_CLOUDS_REDSHIFT, or else LLM_COSTS_CLOUDS, or else those of the three
   clouds. `focus` stands for bills of any of them that come as FOCUS files, and is off
   unless it is named. dbt_project.yml switches the models of the others off by the same
   settings; extract.config loads by them. #}
{% macro enabled_clouds() -%}
    {%- set known = ["aws", "azure", "gcp", "focus"] -%}
    {%- set own = "LLM_COSTS_CLOUDS_" ~ target.name | upper -%}
    {%- set setting = own if env_var(own, "") else "LLM_COSTS_CLOUDS" -%}
    {%- set value = env_var(setting, "") or "aws,azure,gcp" -%}
    {%- set named = value.replace(" ", "").split(",") -%}
    {%- set unknown = named | reject("in", known) | list -%}
    {%- if unknown -%}
        {{
            exceptions.raise_compiler_error(
                setting
                ~ " is '"
                ~ value
                ~ "', but there is no cloud '"
                ~ unknown[0]
                ~ "': name at least one of "
                ~ known
                | join(", ") ~ ", separated by commas"
            )
        }}
    {%- endif -%}
    {{ return(known | select("in", named) | list) }}
{%- endmacro %}
