"""The queries that derive a month's error list from failures, the list before it and waivers."""

from __future__ import annotations

# The issues that changed since the same month was last measured.
AFFECTED = "affected_issues"
# The state of a failing row by its waiver and its due day; ops.waive_issue writes the same into a list.
_IS_WAIVED = "waivers.is_lifted = false and %(as_of)s::date <= waivers.until"
_STATE = f"""
    case
        when {_IS_WAIVED} then 'waived'
        when due_on < %(as_of)s::date then 'overdue'
        else 'open'
    end"""


def identified(failing: str) -> str:
    """Return the query that adds ``issue_id`` to failing rows: the same row of a key and rule is one issue.

    ``failing``: a query of division, table_name, rule_id, key, source_file_id, source_row, of one month.
    """
    # Rows of one key that break one rule are numbered, so that each is an issue of its own.
    return f"""
select
    division, table_name, rule_id, key, source_file_id, source_row,
    left(encode(sha256(convert_to(
        json_build_array(table_name, rule_id, key, occurrence)::text, 'UTF8'
    )), 'hex'), 20) as issue_id
from (
    select
        division, table_name, rule_id, key, source_file_id, source_row,
        row_number() over (
            partition by rule_id, key collate "C"
            order by division collate "C", source_file_id collate "C", source_row
        ) as occurrence
    from ({failing}) as failing
) as numbered
"""


def _scope(*, only_affected: bool) -> str:
    return f"issue_id in (select issue_id from {AFFECTED})" if only_affected else "true"


def failing_now(*, only_affected: bool) -> str:
    """Return the statement that lists the failing issues of a month: all, or only the affected ones."""
    return f"""
create temporary table failing_now as
select issue_id, division, table_name, rule_id, key, source_file_id, source_row
from quality.failures
where month = %(month)s and {_scope(only_affected=only_affected)}
"""


# The last entry from a month or earlier decides whether an issue is waived in it.
_WAIVERS = """
    select distinct on (issue_id) issue_id, is_lifted, until, reason
    from quality.waivers
    where from_month <= {month}
    order by issue_id, waiver_id desc
"""


def listed_now(*, only_affected: bool) -> str:
    """Return the statement that derives a month's list of the same issues."""
    return f"""
create temporary table listed_now as
with last_checked as (
    select rule_id, max(month) as month
    from quality.rule_results
    where month < %(month)s
        and rule_id in (select rule_id from quality.rule_results where month = %(month)s)
    group by rule_id
),
former as (
    select listed.*
    from quality.rectification as listed
    inner join last_checked on last_checked.rule_id = listed.rule_id and last_checked.month = listed.month
    where listed.state <> 'corrected' and {_scope(only_affected=only_affected)}
),
waivers as ({_WAIVERS.format(month="%(month)s")}),
failing as (
    select
        failing.*,
        coalesce(former.first_seen, listed_before.first_seen, %(month)s) as first_seen,
        coalesce(former.issued_month, %(month)s) as issued_month,
        case when former.issue_id is null then %(due_on)s::date else former.due_on end as due_on
    from failing_now as failing
    left join former on former.issue_id = failing.issue_id
    left join lateral (
        select min(earlier.first_seen) as first_seen
        from quality.rectification as earlier
        where former.issue_id is null
            and earlier.issue_id = failing.issue_id
            and earlier.month < %(month)s
    ) as listed_before on true
)
select
    %(month)s::text as month, failing.issue_id, division, table_name, rule_id, key, source_file_id,
    source_row, first_seen, issued_month, due_on,
    {_STATE} as state,
    null::date as corrected_on,
    case when {_IS_WAIVED} then waivers.reason end as reason
from failing
left join waivers on waivers.issue_id = failing.issue_id
union all
select
    %(month)s, issue_id, division, table_name, rule_id, key, source_file_id, source_row, first_seen,
    issued_month, due_on, 'corrected', %(month_end)s::date, null
from former
where not exists (select from failing_now where failing_now.issue_id = former.issue_id)
"""


def replacement(*, only_affected: bool) -> tuple[str, str]:
    """Return the statements that replace a month's list by the derived one; equal rows are not written."""
    delete = f"""
delete from quality.rectification as listed
where listed.month = %(month)s
    and {_scope(only_affected=only_affected)}
    and not exists (
        select from listed_now
        where listed_now.issue_id = listed.issue_id and row(listed_now.*) is not distinct from row(listed.*)
    )
"""
    insert = """
insert into quality.rectification
select * from listed_now
where not exists (
    select from quality.rectification as listed
    where listed.month = listed_now.month and listed.issue_id = listed_now.issue_id
)
"""
    return delete, insert


DROP = ("drop table failing_now", "drop table listed_now")

# An issue is counted once: in the list in which it was corrected, else in the month's own.
CORRECTED_IN_TIME = """
select
    case when grouping(division) = 0 then division end as division,
    table_name,
    count(*) filter (where state = 'corrected' and corrected_on <= due_on) as corrected,
    count(*) as issued
from quality.rectification
where due_on <= %(as_of)s
    and (month = %(month)s or month < %(month)s and state = 'corrected')
group by grouping sets ((division, table_name), (table_name))
order by grouping(division), division, table_name
"""
