{# Tables made anew with every build. Staged tables and tables of sums are such too: nothing tells on Spark what
   changed since, so that ledgers compare all, and sums are made of all. #}

{% materialization table, adapter='spark' %}
    {{ run_hooks(pre_hooks) }}
    {% do replace_table(this, contracted(sql)) %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}

{% materialization derived, adapter='spark' %}
    {{ run_hooks(pre_hooks) }}
    {% do replace_table(this, contracted(sql)) %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}

{% materialization staged, adapter='spark' %}
    {{ run_hooks(pre_hooks) }}
    {% do replace_table(this, contracted(sql)) %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}

{% materialization totalled, adapter='spark' %}
    {{ run_hooks(pre_hooks) }}
    {% do replace_table(this, contracted(sql)) %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}
