"""Users as an administrator sees them: grants, live sessions, whether they are the visitor's to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.visits import Visit

_SESSIONS = """
    select session_id, user_name, started_at, idle_until, ends_at, address
    from portal.sessions_list()
    where ended_at is null and statement_timestamp() < least(idle_until, ends_at)
    order by user_name, started_at
"""
_COVERED = "select portal.scope('users') as division"
_WHOLE = "select portal.may('users', null) as whole"


@dataclass(frozen=True)
class People:
    """All users by name, the grants of each, who is signed in; ``covered``: divisions one administers."""

    users: list[dict[str, Any]]
    grants: dict[str, list[dict[str, Any]]]
    sessions: list[dict[str, Any]]
    covered: frozenset[str]

    def is_changeable(self, user: str, visit: Visit) -> bool:
        """Whether the visitor may change a user: not oneself, nobody with a grant outside one's divisions."""
        return user != visit.user and all(
            grant["division"] in self.covered for grant in self.grants.get(user, ())
        )


def sees_users(visit: Visit) -> bool:
    """Whether the visitor sees users: they have no division, so that an administrator of the city does."""
    return bool(visit.rows(_WHOLE)[0]["whole"])


def people_of(visit: Visit) -> People:
    """Return what an administrator sees of users; nothing to anybody else."""
    grants: dict[str, list[dict[str, Any]]] = {}
    for grant in visit.rows("select * from portal.grants_list()"):
        grants.setdefault(grant["user_name"], []).append(grant)
    return People(
        visit.rows("select * from portal.users_list()"),
        grants,
        visit.rows(_SESSIONS),
        frozenset(row["division"] for row in visit.rows(_COVERED)),
    )
