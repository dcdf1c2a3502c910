"""The entries of the portal's menu, and which role has which."""

from __future__ import annotations

from dataclasses import dataclass

from portal.visits import Visit


@dataclass(frozen=True)
class Entry:
    """One entry of the menu: its address, its Chinese text, whether the page shown is below it."""

    url: str
    text: str
    is_current: bool = False


_SUPERVISOR, _STATISTICIAN, _AUDITOR = "supervisor", "statistician", "auditor"
# Address, text, roles; those after the bar only for a city or a province.
_ENTRIES: tuple[tuple[str, str, frozenset[str], frozenset[str]], ...] = (
    ("/", "首页", frozenset({"supervisor", "statistician", "auditor", "engineer", "admin"}), frozenset()),
    ("/quality", "数据质量", frozenset({_SUPERVISOR, _STATISTICIAN, "engineer"}), frozenset()),
    ("/issues", "问题清单", frozenset({_SUPERVISOR, _AUDITOR}), frozenset()),
    ("/reports", "统计报表", frozenset({_SUPERVISOR, _STATISTICIAN, _AUDITOR}), frozenset()),
    ("/cases", "疑点", frozenset({_AUDITOR}), frozenset()),
    ("/rules", "核查规则", frozenset({_SUPERVISOR, _AUDITOR}), frozenset()),
    ("/bases", "缴费基数", frozenset({_SUPERVISOR, _AUDITOR}), frozenset()),
    ("/reconciliation", "对账", frozenset({_SUPERVISOR, _AUDITOR}), frozenset()),
    ("/publications", "发布", frozenset(), frozenset({_SUPERVISOR, _STATISTICIAN})),
    ("/declarations", "六方面清单", frozenset(), frozenset({_SUPERVISOR})),
    ("/files", "来文", frozenset({"engineer"}), frozenset()),
    ("/runs", "运行", frozenset({"engineer"}), frozenset()),
    ("/admin/users", "用户管理", frozenset({"admin"}), frozenset()),
    ("/admin/audit", "审计日志", frozenset({"admin"}), frozenset()),
)


def entries_of(visit: Visit, path: str) -> tuple[Entry, ...]:
    """Return the entries for a user's roles; the one whose page is shown is marked."""
    city_up = frozenset(grant.role for grant in visit.grants if grant.is_city_up)
    shown = [
        (url, text) for url, text, anywhere, above in _ENTRIES if visit.roles & anywhere or city_up & above
    ]
    current = max((url for url, _ in shown if _is_below(path, url)), key=len, default="")
    return tuple(Entry(url, text, url == current) for url, text in shown)


def _is_below(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(f"{url}/"))
