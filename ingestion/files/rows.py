"""Judge the records of a file against its format: which may land, which are refused and why."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingestion.files import grammar, reasons
from ingestion.files.contract import Accepted, Field, Format, Values
from ingestion.files.readers.records import Record

# What PostgreSQL text cannot hold: NUL, and halves of surrogate pairs (JSON can spell them).
_UNHOLDABLE = re.compile("[\x00\ud800-\udfff]")
_NUL, _NUL_PICTURE = "\x00", "\N{SYMBOL FOR NULL}"

SchemeCheck = Callable[[str], bool]


@dataclass(frozen=True)
class Refused:
    """A record for quarantine: its line, its reasons in their fixed order, its raw text."""

    line: int
    reasons: tuple[str, ...]
    raw: str


@dataclass(frozen=True)
class Judged:
    """What becomes of a file's records.

    Amounts are in cents and None where the format has no amount: of all records together (``total``, None
    too when one does not parse), of those accepted and repeated, and sums of absolute values.
    """

    accepted: list[Accepted]
    refused: list[Refused]
    repeated: int
    parsed_cents: int
    all_parse: bool
    loaded_cents: int
    repeated_cents: int
    absolute_cents: int
    refused_absolute_cents: int

    @property
    def rows(self) -> int:
        """Records in the file."""
        return len(self.accepted) + len(self.refused) + self.repeated


def judge(records: Sequence[Record], *, form: Format, is_scheme: SchemeCheck) -> Judged:
    """Return which records of a file land, which are quarantined with which reasons, and their amounts."""
    cents = [_cents(record, form) for record in records]
    faults = [_faults(record, form, is_scheme) for record in records]
    repeats = _mark_duplicates(records, faults, form)
    accepted, refused = [], []
    loaded = repeated = refused_absolute = 0
    for place, record in enumerate(records):
        amount = cents[place] or 0
        if faults[place]:
            refused.append(_refused(record, faults[place]))
            refused_absolute += abs(amount)
        elif place in repeats:
            repeated += amount
        else:
            accepted.append(Accepted(record.line, _landed(record.values, form)))
            loaded += amount
    return Judged(
        accepted=accepted,
        refused=refused,
        repeated=len(repeats),
        parsed_cents=sum(amount or 0 for amount in cents),
        all_parse=None not in cents,
        loaded_cents=loaded,
        repeated_cents=repeated,
        absolute_cents=sum(abs(amount or 0) for amount in cents),
        refused_absolute_cents=refused_absolute,
    )


def _cents(record: Record, form: Format) -> int | None:
    if form.cents_of is None:
        return 0
    return None if record.values is None else form.cents_of(record.values)


def _faults(record: Record, form: Format, is_scheme: SchemeCheck) -> set[str]:
    if record.values is None:
        return {record.fault}
    values = record.values
    found = {_fault(one, values[one.name], is_scheme) for one in form.fields}
    for rule in form.required_when:
        applies = values[rule.when] is not None and grammar.code(values[rule.when]) in rule.among
        if applies and grammar.is_missing(values[rule.name]):
            found.add(reasons.MISSING_REQUIRED)
    found.discard("")
    return found


def _fault(one: Field, value: str | None, is_scheme: SchemeCheck) -> str:
    """Return why a field's value refuses its row, or nothing."""
    if grammar.is_missing(value):
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


def _always(_value: str) -> bool:
    return True


_KINDS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "text": ("", _always),
    "lenient_date": ("", _always),
    "date": (reasons.BAD_DATE, grammar.is_date),
    "partial_date": (reasons.BAD_DATE, lambda value: grammar.precision(value) is not None),
    "month": (reasons.BAD_MONTH, grammar.is_month),
    "amount": (reasons.BAD_AMOUNT, lambda value: grammar.cents(value) is not None),
    "rate": (reasons.BAD_AMOUNT, grammar.is_rate),
    "scheme": (reasons.BAD_CODE, _always),
    "code": (reasons.BAD_CODE, _always),
}


def _mark_duplicates(records: Sequence[Record], faults: list[set[str]], form: Format) -> set[int]:
    """Return the places of repeats of a good record; records that share a key and differ get their reason."""
    if form.key is None:
        return set()
    by_key: dict[str, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        if record.values is not None and not grammar.is_missing(record.values[form.key]):
            by_key[grammar.code(record.values[form.key])].append(place)
    repeats: set[int] = set()
    for places in by_key.values():
        if len(places) == 1:
            continue
        if all(records[place].values == records[places[0]].values for place in places):
            repeats.update(place for place in places[1:] if not faults[place])
        else:
            for place in places:
                faults[place].add(reasons.DUPLICATE_IN_FILE)
    return repeats


def _refused(record: Record, found: set[str]) -> Refused:
    ordered = tuple(reason for reason in reasons.ROW_REASONS if reason in found)
    return Refused(record.line, ordered, record.raw.replace(_NUL, _NUL_PICTURE))


def _landed(values: Values, form: Format) -> Values:
    """Return the values as written; a lenient date that is no date becomes missing."""
    spoilt = [
        one.name
        for one in form.fields
        if one.kind == "lenient_date"
        and not grammar.is_missing(values[one.name])
        and grammar.precision(values[one.name]) is None
    ]
    return {**values, **dict.fromkeys(spoilt)} if spoilt else values
