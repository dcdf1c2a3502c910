{# Tables made anew with every build. Staged tables, tables of sums and of persons are such too: nothing tells on
   Spark what changed since, so that ledgers compare all, and all is made anew. #}

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

{% materialization of_persons, adapter='spark' %}
    {{ run_hooks(pre_hooks) }}
    {% do replace_table(this, contracted(sql)) %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}

{% materialization touched_persons, adapter='spark' %}
    {{ run_hooks(pre_hooks) }}
    {% do replace_table(this, contracted(sql)) %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}
