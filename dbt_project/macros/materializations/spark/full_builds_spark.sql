{# Tables rebuilt in full with every build. Incremental materialisations are such tables here too: nothing on Spark
   records what changed since, so ledgers compare all rows. #}

{% macro full_build(sql, pre_hooks, post_hooks) -%}
    {%- do run_hooks(pre_hooks) -%}
    {%- do replace_table(this, contracted(sql)) -%}
    {%- do run_hooks(post_hooks) -%}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{%- endmacro %}

{% materialization table, adapter='spark' %}
    {{ return(full_build(sql, pre_hooks, post_hooks)) }}
{% endmaterialization %}

{% materialization ctas, adapter='spark' %}
    {{ return(full_build(sql, pre_hooks, post_hooks)) }}
{% endmaterialization %}

{% materialization incremental_by_extract, adapter='spark' %}
    {{ return(full_build(sql, pre_hooks, post_hooks)) }}
{% endmaterialization %}

{% materialization incremental_by_person, adapter='spark' %}
    {{ return(full_build(sql, pre_hooks, post_hooks)) }}
{% endmaterialization %}

{% materialization touched_persons, adapter='spark' %}
    {{ return(full_build(sql, pre_hooks, post_hooks)) }}
{% endmaterialization %}

{% materialization affected_subjects, adapter='spark' %}
    {{ return(full_build(sql, pre_hooks, post_hooks)) }}
{% endmaterialization %}

{% materialization rechecked_subjects, adapter='spark' %}
    {{ return(full_build(sql, pre_hooks, post_hooks)) }}
{% endmaterialization %}
