"""Texts of alerts in Chinese and English: only our words and the site's, truncated, on one line."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from alerts.conditions import Condition

_LONGEST = 80
_STATES = {
    "not received": ("尚未收到", "has not been received"),
    "held": ("已到但被暂挂", "has arrived but is held"),
    "rejected": ("已到但被退回", "has arrived but was rejected"),
    "waiting": ("已到但不完整", "has arrived incomplete"),
}
_REJECTED_ZH = "文件被退回，原因 {reason}。查看：fundwatch explain {file}"
_REJECTED_EN = "a file was rejected ({reason}). See: fundwatch explain {file}"
_HELD_ZH = "文件被暂挂，原因 {reason}。查看：fundwatch explain {file}"
_HELD_EN = "a file is held ({reason}). See: fundwatch explain {file}"
_EMPTIED_ZH = "生产库 {month}：表 {table} 已无数据，已暂挂，沿用此前数据。查看：fundwatch explain {file}"
_EMPTIED_EN = (
    "production database {month}: the table {table} has lost all its rows and is held; the rows landed before"
    " count until somebody releases it. See: fundwatch explain {file}"
)


@dataclass(frozen=True)
class Names:
    """What the site calls its divisions: code -> (Chinese, English)."""

    divisions: Mapping[str, tuple[str, str]]

    def of(self, division: str) -> tuple[str, str]:
        """Return a division's code with its name, in both languages; an unknown code is not shown."""
        if not division:
            return "任一地区", "any division"
        if division not in self.divisions:
            return "未知地区", "an unknown division"
        chinese, english = self.divisions[division]
        return plain(f"{chinese} {division}"), plain(f"{english} {division}")


def texts_of(condition: Condition, names: Names) -> tuple[str, str]:
    """Return the texts of a condition, in Chinese and in English."""
    return _TEXTS[condition.kind](condition, names)


def plain(text: str) -> str:
    """Return text fit for a line of a mail: no control or direction characters, at most 80 characters."""
    visible = "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in text)
    return " ".join(visible.split())[:_LONGEST]


def _overdue(condition: Condition, names: Names) -> tuple[str, str]:
    due_on, state, reason = condition.detail
    if state == "nothing":
        what = plain(f"{condition.feed} {condition.month}")
        return (
            f"{what} 起：应于 {due_on} 前报送，尚未收到任何文件。",
            f"{what} and after: due by {due_on}, nothing has been received.",
        )
    chinese, english = _where(condition, names)
    state_zh, state_en = _STATES[state]
    why = f" ({plain(reason)})" if reason and reason != state else ""
    return (
        f"{chinese}：应于 {due_on} 前报送，{state_zh}{why}。",
        f"{english}: due by {due_on}, {state_en}{why}.",
    )


def _rejected(condition: Condition, names: Names) -> tuple[str, str]:
    return _about_file(condition, names, _REJECTED_ZH, _REJECTED_EN)


def _held(condition: Condition, names: Names) -> tuple[str, str]:
    if len(condition.detail) > 1:
        return _emptied(condition)
    return _about_file(condition, names, _HELD_ZH, _HELD_EN)


def _emptied(condition: Condition) -> tuple[str, str]:
    table, month, file = plain(condition.detail[1]), plain(condition.month), plain(condition.subject)
    values = {"month": month, "table": table, "file": file}
    return _EMPTIED_ZH.format(**values), _EMPTIED_EN.format(**values)


def _about_file(condition: Condition, names: Names, chinese: str, english: str) -> tuple[str, str]:
    values = {"reason": plain(condition.detail[0]), "file": plain(condition.subject)}
    where_zh, where_en = _where(condition, names)
    return f"{where_zh}：{chinese.format(**values)}", f"{where_en}: {english.format(**values)}"


def _lacks(condition: Condition, _names: Names) -> tuple[str, str]:
    what, month = plain(condition.subject), plain(condition.month)
    is_column = "." in what
    return (
        f"生产库 {month}：{'字段' if is_column else '表'} {what} 已不存在，以前曾有。",
        f"production database {month}: the {'column' if is_column else 'table'} {what} is gone.",
    )


def _failed(condition: Condition, _names: Names) -> tuple[str, str]:
    step, month = plain(condition.subject), plain(condition.month)
    command = step.replace(" ", " --feed ") if step.startswith("ingest ") else step
    again = f"fundwatch {command} --month {month}"
    return (
        f"步骤 {step}（{month}）失败。重做：{again}",
        f"step {step} of {month} failed. Again: {again}",
    )


def _draft(condition: Condition, _: Names) -> tuple[str, str]:
    return _about_publication(condition, ("待复核", "waits for review", "review"))


def _reviewed(condition: Condition, _: Names) -> tuple[str, str]:
    return _about_publication(condition, ("已复核，待批准", "is reviewed and waits for approval", "approve"))


def _about_publication(condition: Condition, waits: tuple[str, str, str]) -> tuple[str, str]:
    (replaces,) = condition.detail
    waits_zh, waits_en, command = waits
    number, month = plain(condition.subject), plain(condition.month)
    corrects_zh, corrects_en = (
        (f"，更正第 {replaces} 号", f", correcting {replaces},") if replaces else ("", "")
    )
    again = f"fundwatch {command} {number} --as NAME"
    return (
        f"{month} 发布稿第 {number} 号{corrects_zh}{waits_zh}。签署：{again}",
        f"publication {number} of {month}{corrects_en} {waits_en}. Sign: {again}",
    )


def _where(condition: Condition, names: Names) -> tuple[str, str]:
    chinese, english = names.of(condition.division)
    what = plain(f"{condition.feed} {condition.format}")
    month = plain(condition.month)
    return " ".join((chinese, what, month)).strip(), " ".join((english, what, month)).strip()


_TEXTS = {
    "feed_overdue": _overdue,
    "file_rejected": _rejected,
    "file_held": _held,
    "production_lacks": _lacks,
    "step_failed": _failed,
    "draft_waits": _draft,
    "approval_waits": _reviewed,
}
