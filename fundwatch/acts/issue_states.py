"""The state of an issue in an error list, by its waiver and its due day, as ops.waive_issue has it."""

from __future__ import annotations

# SQL over a waiver ``waivers`` and, in braces, the days that a list is judged on and an issue is due by.
IS_WAIVED = "waivers.is_lifted = false and {as_of} <= waivers.until"
STATE = f"""
    case
        when {IS_WAIVED} then 'waived'
        when {{due_on}} < {{as_of}} then 'overdue'
        else 'open'
    end"""
