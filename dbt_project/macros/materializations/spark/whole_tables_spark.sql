{# Tables made anew with every build. Staged tables, tables of sums and of persons are such too: nothing tells on
   Spark what changed since, so that ledgers compare all, and all is made anew. #}

{% macro made_anew(sql, pre_hooks, post_hooks) -%}
    {%- do run_hooks(pre_hooks) -%}
    {%- do replace_table(this, contracted(sql)) -%}
    {%- do run_hooks(post_hooks) -%}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{%- endmacro %}

{% materialization table, adapter='spark' %}
    {{ return(made_anew(sql, pre_hooks, post_hooks)) }}
{% endmaterialization %}

{% materialization derived, adapter='spark' %}
    {{ return(made_anew(sql, pre_hooks, post_hooks)) }}
{% endmaterialization %}

{% materialization staged, adapter='spark' %}
    {{ return(made_anew(sql, pre_hooks, post_hooks)) }}
{% endmaterialization %}

{% materialization totalled, adapter='spark' %}
    {{ return(made_anew(sql, pre_hooks, post_hooks)) }}
{% endmaterialization %}

{% materialization of_persons, adapter='spark' %}
    {{ return(made_anew(sql, pre_hooks, post_hooks)) }}
{% endmaterialization %}

{% materialization touched_persons, adapter='spark' %}
    {{ return(made_anew(sql, pre_hooks, post_hooks)) }}
{% endmaterialization %}
