"""Clear records many at a time: those that need no second look, by the same grammar, column by column.

The sieve may leave a good record uncleared, never clear a bad one: ``rows.judge`` decides what it leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.files import grammar
from ingestion.files.contract import AsWritten, Field, Format
from ingestion.files.records import Columns
from ingestion.files.validation.rows import SchemeCheck, fault

_MISSING = pa.array(sorted(grammar.MISSING))
# Small enough for sums in 64 bits; larger amounts are looked at one by one.
_AMOUNT = r"^-?[0-9]{1,11}(\.[0-9]{1,2})?$"
_RATE = r"^-?[0-9]{1,11}(\.[0-9]{1,6})?$"
_CENTS = pa.decimal128(18, 2)


@dataclass(frozen=True)
class Cleared:
    """Which records (by place) need no second look, and the cents of each (zeros without amount)."""

    places: np.ndarray
    left: np.ndarray
    cents: np.ndarray


def can_clear(form: Format) -> bool:
    """Return whether a format's records land as written, with a plain amount or none, and keep no book."""
    return (
        isinstance(form.lands, AsWritten)
        and form.book is None
        and (form.cents_of is None or form.amount is not None)
        and all(one.kind not in ("lenient_date", "dashed_date", "partial_date") for one in form.fields)
    )


def clear(columns: Columns, *, form: Format, is_scheme: SchemeCheck) -> Cleared:
    """Return the records that are good in every field; a key must be plain ASCII to be cleared."""
    count = len(columns.lines)
    good = np.ones(count, dtype=bool)
    missing = {}
    for one in form.fields:
        column = columns.fields[one.name]
        missing[one.name] = _to_numpy(pc.is_in(column, _MISSING))
        good &= _good(one, column, missing[one.name], is_scheme)
    for rule in form.required_when:
        needs = pc.is_in(columns.fields[rule.when], pa.array(sorted(rule.among)))
        good &= ~(_to_numpy(needs) & missing[rule.name])
    if form.key:
        good &= _to_numpy(pc.string_is_ascii(columns.fields[form.key]))
    places = np.flatnonzero(good)
    return Cleared(places, np.flatnonzero(~good), _cents(columns, form, places))


def _good(one: Field, column: pa.StringArray, missing: np.ndarray, is_scheme: SchemeCheck) -> np.ndarray:
    """Return where a field is good, or missing where it may be."""
    if one.kind in ("amount", "rate"):
        parses = _to_numpy(pc.match_substring_regex(column, _AMOUNT if one.kind == "amount" else _RATE))
        return parses if one.required else parses | missing
    if one.kind in ("text", "id"):
        good = _to_numpy(pc.less_equal(pc.binary_length(column), grammar.LONGEST)) & ~_edges(column)
        if one.required or one.kind == "id":
            good &= _to_numpy(pc.string_is_ascii(column))
        return good & ~missing if one.required else good
    encoded = column.dictionary_encode()
    verdicts = [
        not fault(one, value, is_scheme) and grammar.code(value) == value
        for value in encoded.dictionary.to_pylist()
    ]
    return np.array(verdicts, dtype=bool)[encoded.indices.to_numpy()]


def _edges(column: pa.StringArray) -> np.ndarray:
    """Return where a text begins or ends with a space of some kind."""
    return _to_numpy(pc.not_equal(pc.utf8_trim(column, grammar.SPACES), column))


def _cents(columns: Columns, form: Format, places: np.ndarray) -> np.ndarray:
    if form.amount is None:
        return np.zeros(len(places), dtype=np.int64)
    written = columns.fields[form.amount].take(pa.array(places))
    yuan = pc.cast(written, _CENTS)
    return pc.cast(pc.multiply(yuan, pa.scalar(100, pa.int64())), pa.int64()).to_numpy()


def _to_numpy(mask: pa.BooleanArray) -> np.ndarray:
    return mask.to_numpy(zero_copy_only=False)
