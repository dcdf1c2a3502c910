"""Judge records one by one against their format: which may land, which are refused and why."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ingestion.files import grammar, reasons
from ingestion.files.contract import Accepted, Field, Format
from ingestion.files.records import Record, Values

# What PostgreSQL text cannot hold: NUL, and halves of surrogate pairs (JSON can spell them).
_UNHOLDABLE = re.compile("[\x00\ud800-\udfff]")
_NUL_PICTURE = "\N{SYMBOL FOR NULL}"

SchemeCheck = Callable[[str], bool]


@dataclass(frozen=True)
class Judged:
    """What one record is: its reasons (none: it may land), and its part of the amount in cents.

    ``cents`` is None when it does not parse, 0 where the format has no amount; ``key`` is None when the
    format has none or it is missing.
    """

    record: Record
    reasons: tuple[str, ...]
    cents: int | None
    key: str | None


def judge(record: Record, *, form: Format, is_scheme: SchemeCheck) -> Judged:
    """Return what a record is by itself; what depends on others is left to ``keys``."""
    values = record.values
    if values is None:
        cents = None if form.cents_of else 0
        return Judged(record, (record.fault,), cents, None)
    found = {fault(one, values[one.name], is_scheme) for one in form.fields}
    for rule in form.required_when:
        applies = values[rule.when] is not None and grammar.code(values[rule.when]) in rule.among
        if applies and grammar.is_missing(values[rule.name], form.kinds[rule.name]):
            found.add(reasons.MISSING_REQUIRED)
    ordered = tuple(reason for reason in reasons.ROW_REASONS if reason in found)
    cents = form.cents_of(values) if form.cents_of else 0
    return Judged(record, ordered, cents, _key(values, form))


def fault(one: Field, value: str | None, is_scheme: SchemeCheck) -> str:
    """Return why a field's value refuses its row, or nothing."""
    if grammar.is_missing(value, one.kind):
        return reasons.MISSING_REQUIRED if one.required else ""
    if _UNHOLDABLE.search(value):
        return reasons.BAD_CODE
    if len(value) > grammar.LONGEST and len(grammar.trim(value)) > grammar.LONGEST:
        return reasons.TOO_LONG
    reason, parses = _KINDS[one.kind]
    if one.kind == "scheme":
        good = is_scheme(grammar.code(value))
    elif one.kind == "code":
        good = grammar.code(value) in one.codes
    else:
        good = parses(value)
    return "" if good else reason


def accepted(judged: Judged, form: Format) -> Accepted:
    """Return a record as it lands: as written, but a lenient date that is no date becomes missing."""
    values = judged.record.values
    spoilt = [
        one.name
        for one in form.fields
        if one.kind == "lenient_date"
        and not grammar.is_missing(values[one.name])
        and grammar.precision(values[one.name]) is None
    ]
    return Accepted(judged.record.line, {**values, **dict.fromkeys(spoilt)} if spoilt else values)


def holdable(raw: str) -> str:
    """Return a record's raw text with what PostgreSQL cannot hold made visible."""
    return _UNHOLDABLE.sub(lambda found: _picture(found[0]), raw)


def _picture(character: str) -> str:
    return _NUL_PICTURE if character == "\x00" else "\N{REPLACEMENT CHARACTER}"


def _key(values: Values, form: Format) -> str | None:
    if form.key is None or grammar.is_missing(values[form.key], "id"):
        return None
    return grammar.code(values[form.key])


def _always(_value: str) -> bool:
    return True


_KINDS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "text": ("", _always),
    "id": ("", _always),
    "lenient_date": ("", _always),
    "date": (reasons.BAD_DATE, grammar.is_date),
    "dashed_date": (reasons.BAD_DATE, grammar.is_dashed_date),
    "partial_date": (reasons.BAD_DATE, lambda value: grammar.precision(value) is not None),
    "month": (reasons.BAD_MONTH, grammar.is_month),
    "amount": (reasons.BAD_AMOUNT, lambda value: grammar.cents(value) is not None),
    "rate": (reasons.BAD_AMOUNT, grammar.is_rate),
    "scheme": (reasons.BAD_CODE, _always),
    "code": (reasons.BAD_CODE, _always),
}
