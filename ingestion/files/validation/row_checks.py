"""Row-by-row validation of records against their format: which may land, which are quarantined and why."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ingestion.files import grammar, reasons
from ingestion.files.contract import Accepted, Field, Format
from ingestion.files.records import Record

# What PostgreSQL text cannot store: NUL, and halves of surrogate pairs (JSON can spell them).
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUL_PICTURE = "\N{SYMBOL FOR NULL}"

SchemeCheck = Callable[[str], bool]


@dataclass(frozen=True)
class ValidatedRecord:
    """A record, its reasons (none: it may land), and its part of the amount in cents.

    ``cents`` is None when it does not parse, 0 where the format has no amount; ``key`` is None when the
    format has none or it is missing.
    """

    record: Record
    reasons: tuple[str, ...]
    cents: int | None
    key: str | None


def validate(record: Record, *, form: Format, is_scheme: SchemeCheck) -> ValidatedRecord:
    """Validate a record by itself; keys that occur more than once are found by ``keys``."""
    values = record.values
    if values is None:
        cents = None if form.cents_of else 0
        return ValidatedRecord(record, (record.fault,), cents, None)
    faults = {fault(field, values[field.name], is_scheme) for field in form.fields}
    for rule in form.required_when:
        condition = values[rule.when]
        applies = condition is not None and grammar.code(condition) in rule.among
        if applies and grammar.is_missing(values[rule.name], form.kinds[rule.name]):
            faults.add(reasons.MISSING_REQUIRED)
    ordered = tuple(reason for reason in reasons.ROW_REASONS if reason in faults)
    return ValidatedRecord(record, ordered, form.cents(values), form.key_of(values))


def fault(field: Field, value: str | None, is_scheme: SchemeCheck) -> str:
    """Return the reason why a field's value quarantines its row, or nothing."""
    if value is None or grammar.is_missing(value, field.kind):
        return reasons.MISSING_REQUIRED if field.required else ""
    if _UNSTORABLE.search(value):
        return reasons.BAD_CODE
    if len(value) > grammar.LONGEST and len(grammar.cleaned(value, field.kind)) > grammar.LONGEST:
        return reasons.TOO_LONG
    reason, parses = _KINDS[field.kind]
    if field.kind == "scheme":
        is_valid = is_scheme(grammar.code(value))
    elif field.kind == "code":
        is_valid = grammar.code(value) in field.codes
    else:
        is_valid = parses(value)
    return "" if is_valid else reason


def accepted(record: Record, form: Format) -> Accepted:
    """Return a valid record as it lands: as written; a lenient date that does not parse becomes missing."""
    values = record.values or {}
    unparsed = [
        field.name
        for field in form.fields
        if field.kind == "lenient_date" and not _is_date_or_missing(values[field.name])
    ]
    return Accepted(record.line, {**values, **dict.fromkeys(unparsed)} if unparsed else values)


def storable(raw: str) -> str:
    """Return a record's raw text with characters that PostgreSQL cannot store made visible."""
    return _UNSTORABLE.sub(lambda match: _picture(match[0]), raw)


def _is_date_or_missing(value: str | None) -> bool:
    return value is None or grammar.is_missing(value) or grammar.precision(value) is not None


def _picture(character: str) -> str:
    return _NUL_PICTURE if character == "\x00" else "\N{REPLACEMENT CHARACTER}"


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
