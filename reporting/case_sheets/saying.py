"""What a landed row says, in a line: the columns that matter with their names, persons masked."""

from __future__ import annotations

from collections.abc import Mapping

from fundwatch.labels.fields import field_name
from reporting.masking import masked_name, masked_number
from reporting.tracing.landed import LandedRow

# Columns shown of each table, in order; those of production by their own codes.
_SHOWN: Mapping[str, tuple[str, ...]] = {
    "AB01": ("AAB004", "AAB030"),
    "AB07": ("AAE140", "AAE003", "AAB120", "AAE020", "AAE080"),
    "AC01": ("AAC003", "AAC002", "AAC060", "AAE138"),
    "AC02": ("AAE140", "AAC066", "AAC008", "AAC030"),
    "AC43": ("AAE140", "AAE003", "AAE180", "AAE080", "AAE082", "AAE078"),
    "AC50": ("AAE140", "AAE240"),
    "AC60": ("AIC161", "AAE210", "AAE211", "AAE116"),
    "AC61": ("AAA036", "AAE041", "AAE042", "AAE019"),
    "AC82": ("AAE003", "AAE019", "AAE117"),
    "AC83": ("AAA036", "AAE019"),
    "YC01": ("AAE041", "AAE042", "AAE019", "AAE058"),
    "YC02": ("YAE001", "AAE003", "AAE019"),
    "civil_registry__death_event": ("name", "event_type", "category", "death_date", "registered_on"),
    "bank__payment_return": ("payee_name", "amount", "result", "reason"),
    "tax__voucher": ("kind", "month_from", "base", "amount", "collected_on"),
}
_OWN_FIELDS = {
    "name": ("登记姓名", "Name registered"),
    "event_type": ("事件", "Event"),
    "category": ("类别", "Category"),
    "death_date": ("死亡日期", "Died on"),
    "registered_on": ("登记日期", "Registered on"),
    "payee_name": ("收款人", "Payee"),
    "amount": ("金额", "Amount"),
    "result": ("结果", "Result"),
    "reason": ("原因", "Reason"),
    "kind": ("类别", "Kind"),
    "month_from": ("所属期起", "From month"),
    "base": ("计税基数", "Base"),
    "collected_on": ("入库日期", "Collected on"),
}
_OWN_CODES = {
    ("event_type", "create"): ("登记", "created"),
    ("event_type", "correct"): ("更正", "corrected"),
    ("event_type", "revoke"): ("撤销", "revoked"),
    ("category", "01"): ("死亡", "death"),
    ("category", "02"): ("宣告死亡", "declared dead"),
    ("category", "03"): ("出国定居", "emigrated"),
    ("category", "04"): ("参军", "joined the army"),
    ("category", "05"): ("重复户口注销", "duplicate record removed"),
    ("kind", "employer"): ("单位缴费", "employer"),
    ("kind", "employee"): ("个人缴费", "employee"),
    ("kind", "flexible"): ("灵活就业缴费", "flexible"),
    ("kind", "late_fee"): ("滞纳金", "late fee"),
    ("kind", "refund"): ("退费", "refund"),
    ("result", "paid"): ("成功", "paid"),
    ("result", "returned"): ("退回", "returned"),
}
# Their labels say what they are.
_SAID_ALONE = frozenset({"AAE140", "AAE078", "AAE117"})
_NAMES = frozenset({"AAC003", "name", "payee_name"})
_NUMBERS = frozenset({"AAC002", "id_number", "person_id_number"})


def said(row: LandedRow, labels: Mapping[tuple[str, str], str], language: str) -> str:
    """Return what a row says; ``labels`` are those of the standard codes."""
    at = 0 if language == "zh" else 1
    table = table_of(row)
    texts = []
    for column in _SHOWN.get(table, ()):
        value = (row.values.get(column.lower()) or "").strip()
        if not value:
            continue
        name = _OWN_FIELDS[column][at] if column in _OWN_FIELDS else field_name(column, language)
        shown = _shown(column, value, labels, at)
        texts.append(shown if column in _SAID_ALONE else f"{name} {shown}")
    return ("；" if at == 0 else "; ").join(texts)


def table_of(row: LandedRow) -> str:
    """Return the table of a landed row: a code of production, else feed and table."""
    name = row.table.removeprefix("landing.")
    return name.removeprefix("production__").upper() if row.feed == "production" else name


def _shown(column: str, value: str, labels: Mapping[tuple[str, str], str], at: int) -> str:
    if column in _NAMES:
        return masked_name(value)
    if column in _NUMBERS:
        return masked_number(value)
    if column == "AAE140":
        return value
    own = _OWN_CODES.get((column, value))
    return own[at] if own else labels.get((column, value), value)
