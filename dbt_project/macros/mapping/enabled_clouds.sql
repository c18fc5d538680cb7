{# The clouds whose bills this target holds, in a fixed order: env LLM_COSTS_CLOUDS, all
   by default. dbt_project.yml switches the models of the others off by the same name. #}
{% macro enabled_clouds() -%}
    {%- set chosen = env_var("LLM_COSTS_CLOUDS", "aws,azure,gcp") -%}
    {%- set clouds = [] -%}
    {%- for cloud in ["aws", "azure", "gcp"] -%}
        {%- if cloud in chosen -%} {%- do clouds.append(cloud) -%} {%- endif -%}
    {%- endfor -%}
    {%- if clouds | length == 0 -%}
        {{
            exceptions.raise_compiler_error(
                "LLM_COSTS_CLOUDS is '"
                ~ chosen
                ~ "': name at least one of aws, azure, gcp"
            )
        }}
    {%- endif -%}
    {{ return(clouds) }}
{%- endmacro %}
