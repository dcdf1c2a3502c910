"""What waits for an administrator: users who cannot work as they are, who is signed in."""

from __future__ import annotations

from typing import Any

from portal.pages.home.tasks import Task
from portal.visits import Publication, Visit

_USERS = """
    select
        count(*) as users,
        count(*) filter (where is_disabled) as disabled,
        count(*) filter (where must_change_password and not is_disabled) as changing,
        count(*) filter (where not is_disabled and not has_password and not is_bound) as stuck
    from portal.users_list()
"""
_SESSIONS = """
    select count(*) as sessions from portal.sessions_list()
    where ended_at is null and statement_timestamp() < least(idle_until, ends_at)
"""
_UNGRANTED = """
    select count(*) as users from portal.users_list() as u
    where not u.is_disabled and not exists (
        select from portal.grants_list() as g where g.user_name = u.name and g.level is not null
    )
"""


def waiting(visit: Visit, _: Publication | None) -> dict[str, Any]:
    """Return counts of users by what hinders them, and of sessions."""
    users = visit.rows(_USERS)[0]
    return {
        "tasks": [
            Task(visit.rows(_UNGRANTED)[0]["users"], "个用户没有有效授权", "/admin/users", urgent=True),
            Task(users["stuck"], "个用户不能登录", "/admin/users", urgent=True),
            Task(users["changing"], "个用户待改密码", "/admin/users"),
            Task(users["disabled"], "个用户已停用", "/admin/users"),
            Task(users["users"], "个用户", "/admin/users"),
            Task(visit.rows(_SESSIONS)[0]["sessions"], "个会话在线", "/admin/users"),
        ]
    }
