{# The bills that this target holds, in a fixed order: env LLM_COSTS_CLOUDS, by default
   those of the three clouds. `focus` stands for bills of any of them that come as FOCUS
   files, and is off unless it is named. dbt_project.yml switches the models of the others off by the same name. #}
{% macro enabled_clouds() -%}
    {%- set chosen = env_var("LLM_COSTS_CLOUDS", "aws,azure,gcp") -%}
    {%- set clouds = [] -%}
    {%- for cloud in ["aws", "azure", "gcp", "focus"] -%}
        {%- if cloud in chosen -%} {%- do clouds.append(cloud) -%} {%- endif -%}
    {%- endfor -%}
    {%- if clouds | length == 0 -%}
        {{
            exceptions.raise_compiler_error(
                "LLM_COSTS_CLOUDS is '"
                ~ chosen
                ~ "': name at least one of aws, azure, gcp, focus"
            )
        }}
    {%- endif -%}
    {{ return(clouds) }}
{%- endmacro %}
