"""Names of roles, levels of divisions, streams of the audit log and why sessions ended."""

from __future__ import annotations

from collections.abc import Mapping

_ROLES = {
    "supervisor": ("监管", "Supervisor"),
    "statistician": ("统计", "Statistician"),
    "auditor": ("稽核", "Auditor"),
    "engineer": ("运维", "Engineer"),
    "admin": ("管理", "Administrator"),
}
_LEVELS = {"province": ("省", "province"), "city": ("市", "city"), "county": ("区县", "county")}
_STREAMS = {
    "signins": ("登录", "Sign-ins"),
    "denials": ("拒绝", "Denials"),
    "reveals": ("查看原值", "Reveals"),
    "exports": ("导出", "Exports"),
    "cases": ("疑点办理", "Cases"),
    "comments": ("意见", "Comments"),
    "publications": ("发布", "Publications"),
    "waivers": ("暂缓整改", "Waivers"),
    "declarations": ("申报", "Declarations"),
    "users": ("用户", "Users"),
    "releases": ("放行", "Releases"),
    "months": ("月份", "Months"),
    "verifications": ("核验", "Verifications"),
    "matches": ("手工勾对", "Matches by hand"),
}

KINDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "role": _ROLES,
    "level": _LEVELS,
    "stream": _STREAMS,
}
