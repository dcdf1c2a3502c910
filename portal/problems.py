"""What went wrong, as RFC 9457 under ``/api/`` and as a page elsewhere; one table of slugs for both.

No value of the input, no SQL, path or trace is in a problem.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg_pool import PoolTimeout, TooManyRequests

from fundwatch import errors
from portal.language import Language, translated

RETRY_SECONDS = 5
# A personal value counts for the hour after it was shown, so all of the limit is free again by then.
# What is free sooner only the database knows: the role of acts does not read what was shown.
REVEALS_SECONDS = 3600


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its status, its title, and what it tells where nothing more is said."""

    status: int
    title: str
    detail: str


KINDS: Mapping[str, Kind] = {
    "bad-host": Kind(400, "主机名不符", "请求的主机名不是本系统的地址。"),
    "bad-request": Kind(400, "请求无法理解", "请求的格式有误。"),
    "unauthenticated": Kind(401, "尚未登录", "用户名或密码不正确，或会话已结束，请登录。"),
    "not-permitted": Kind(403, "无权操作", "您的角色或管辖区划不允许这项操作。"),
    "same-person": Kind(403, "须由他人办理", "同一人不得办理前后两个环节，请由另一位同事办理。"),
    "csrf": Kind(403, "表单已失效", "表单不是从本系统当前会话发出的，请返回刷新页面后重试。"),
    "not-found": Kind(404, "没有找到", "没有这个页面或对象。"),
    "method-not-allowed": Kind(405, "方法不允许", "该地址不接受这种请求方法。"),
    "case-moved": Kind(409, "疑点已有新记录", "在您查看之后已有人记录了新的事项，请刷新后再办理。"),
    "transition-refused": Kind(409, "状态不允许", "当前状态下不能这样办理。"),
    "already-signed": Kind(409, "已经签署", "该环节已经签署，或发布件不在可签署的状态。"),
    "superseded": Kind(410, "已被新的发布件取代", "该发布件已被更正的发布件取代。"),
    "too-large": Kind(413, "请求过大", "请求内容超过 1 MiB。"),
    "url-too-long": Kind(414, "地址过长", "请求地址超过 8 KiB。"),
    "unsupported-media-type": Kind(415, "内容类型不支持", "接口只接受 JSON，页面只接受表单。"),
    "invalid-parameter": Kind(422, "参数无效", "有参数或字段不符合要求。"),
    "personal-data-in-note": Kind(422, "文字中含个人身份号码", "请删去身份号码后再提交。"),
    "too-many-requests": Kind(429, "请求过于频繁", "请稍后再试。"),
    "internal": Kind(500, "系统内部错误", "系统出现错误，已记录；请凭请求编号联系运维人员。"),
    "timeout": Kind(503, "查询超时", "查询时间过长，已停止；请缩小范围或稍后再试。"),
    "not-ready": Kind(503, "系统暂不可用", "数据库暂时不可用，请稍后再试。"),
    "audit-unavailable": Kind(503, "审计日志暂不可写", "无法写入审计日志，因此没有显示或办理任何内容。"),
}


class Problem(Exception):
    """A response that says what went wrong; raised anywhere, answered in one place.

    ``errors`` are pairs of where (a field's name) and what (a Chinese text of the catalogue); ``detail`` is
    such a text, or empty for the kind's own. ``newer`` is the number that supersedes a publication. A page
    goes to ``location`` instead of showing the problem, where one is named.
    """

    def __init__(
        self,
        slug: str,
        *,
        detail: str = "",
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        newer: int | None = None,
        location: str = "",
    ) -> None:
        """Name the kind by its slug; see ``KINDS``."""
        super().__init__(slug)
        self.slug, self.kind, self.detail_text = slug, KINDS[slug], detail
        self.errors, self.headers = tuple(errors), dict(headers or {})
        self.newer, self.location = newer, location

    @property
    def status(self) -> int:
        """The status of the response."""
        return self.kind.status

    def title(self, language: Language) -> str:
        """Return the title in a language."""
        return translated(self.kind.title, language)

    def detail(self, language: Language) -> str:
        """Return what it tells in a language."""
        return translated(self.detail_text or self.kind.detail, language)

    def document(self, *, path: str, request_id: str, language: Language) -> dict[str, object]:
        """Return the members of ``application/problem+json``."""
        members: dict[str, object] = {
            "type": f"/problems/{self.slug}",
            "title": self.title(language),
            "status": self.status,
            "detail": self.detail(language),
            "instance": path,
            "request_id": request_id,
        }
        if self.errors:
            members["errors"] = [
                {"where": where, "what": translated(what, language)} for where, what in self.errors
            ]
        if self.newer is not None:
            members["publication"] = self.newer
        return members


def not_found() -> Problem:
    """Unknown, out of scope, or of a relation the role does not read: all alike."""
    return Problem("not-found")


def not_permitted() -> Problem:
    """An act that the role may not do, on something it sees."""
    return Problem("not-permitted")


def unauthenticated() -> Problem:
    """No live session."""
    return Problem("unauthenticated")


def password_first() -> Problem:
    """A session whose password must be changed before anything else."""
    return Problem("not-permitted", detail="请先修改一次性密码。", location="/account")


def csrf() -> Problem:
    """An unsafe request that was not sent from a page of this session."""
    return Problem("csrf")


def invalid(wrong: Sequence[tuple[str, str]], *, slug: str = "invalid-parameter") -> Problem:
    """Parameters or fields that are not as they must be: pairs of where and what."""
    return Problem(slug, errors=wrong)


def superseded(newer: int) -> Problem:
    """A publication that a later one replaced."""
    return Problem("superseded", newer=newer)


def unavailable(slug: str = "not-ready", retry_after: int = RETRY_SECONDS) -> Problem:
    """Something that will be there again."""
    return Problem(slug, headers={"Retry-After": str(retry_after)})


def too_many(retry_after: int, detail: str = "") -> Problem:
    """More than is allowed in a time."""
    return Problem("too-many-requests", detail=detail, headers={"Retry-After": str(retry_after)})


# The errors of the acts, by the name of their class: a subclass stands before its base.
_ACTS: tuple[tuple[str, str], ...] = (
    ("QuotaExceeded", "too-many-requests"),
    ("AuditUnavailable", "audit-unavailable"),
    ("NotPermitted", "not-permitted"),
    ("SamePerson", "same-person"),
    ("WaiverRefused", "transition-refused"),
    ("SignOffRefused", "already-signed"),
    ("CaseMoved", "case-moved"),
    ("TransitionRefused", "transition-refused"),
    ("NotFound", "not-found"),
    ("NotUnique", "not-found"),
    ("MonthInvalid", "invalid-parameter"),
    ("UsageWrong", "invalid-parameter"),
    ("WarehouseUnavailable", "not-ready"),
)
# Where it is not known which parameter or field is wrong.
WHOLE = "request"
_WAITS = frozenset({"audit-unavailable", "not-ready", "timeout"})
_BUSY = (
    psycopg.errors.QueryCanceled,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.IdleInTransactionSessionTimeout,
)


def problem_of(error: Exception) -> Problem | None:
    """Return the problem that an error of the database or of an act is; None for a defect of ours."""
    if isinstance(error, Problem):
        return error
    slug = _slug(error)
    if slug is None:
        return None
    if slug == "invalid-parameter":
        return invalid([(getattr(error, "field", "") or WHOLE, "不符合要求。")])
    if slug == "too-many-requests":
        return too_many(REVEALS_SECONDS)
    return unavailable(slug) if slug in _WAITS else Problem(slug)


def _slug(error: Exception) -> str | None:
    if isinstance(error, errors.FundwatchError):
        names = {name.__name__ for name in type(error).__mro__}
        return next((slug for name, slug in _ACTS if name in names), None)
    if isinstance(error, _BUSY):
        return "timeout"
    if isinstance(error, PoolTimeout | TooManyRequests | psycopg.OperationalError | psycopg.InterfaceError):
        return "not-ready"
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return "not-permitted"
    # What PostgreSQL cannot take as a value: a NUL, half a pair, a number out of range, a date that is none.
    if isinstance(error, psycopg.DataError | UnicodeError):
        return "invalid-parameter"
    return None
