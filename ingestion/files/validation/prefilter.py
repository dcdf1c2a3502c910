"""Vectorised validation: accept records valid in every column, leave the rest for row-by-row checks.

It may leave a valid record, but never accepts an invalid one: ``rows.validate`` decides what it leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fundwatch.cleaning import MISSING, SPACES
from ingestion.files import grammar
from ingestion.files.contract import AsWritten, Field, Format
from ingestion.files.records import Columns
from ingestion.files.validation.row_checks import SchemeCheck, fault

_MISSING = pa.array(sorted(MISSING))
# Small enough for sums in 64 bits; larger amounts are validated row by row.
_AMOUNT = r"^-?[0-9]{1,11}(\.[0-9]{1,2})?$"
_RATE = r"^-?[0-9]{1,11}(\.[0-9]{1,6})?$"
_CENTS = pa.decimal128(18, 2)


@dataclass(frozen=True)
class Prefiltered:
    """The places of accepted records, with the cents of each (0 without an amount), and of the remaining."""

    accepted: np.ndarray
    remaining: np.ndarray
    cents: np.ndarray


def can_prefilter(form: Format) -> bool:
    """Return whether a format's records land as written, with a plain amount or none, and without a book."""
    return (
        isinstance(form.lands, AsWritten)
        and form.book is None
        and (form.cents_of is None or form.amount is not None)
        and all(field.kind not in ("lenient_date", "dashed_date", "partial_date") for field in form.fields)
    )


def prefilter(columns: Columns, *, form: Format, is_scheme: SchemeCheck) -> Prefiltered:
    """Accept the records that are valid in every field; a key must be plain ASCII to be accepted."""
    count = len(columns.lines)
    valid = np.ones(count, dtype=bool)
    missing = {}
    for field in form.fields:
        column = columns.fields[field.name]
        missing[field.name] = _to_numpy(pc.is_in(column, _MISSING))
        valid &= _valid(field, column, missing[field.name], is_scheme)
    for rule in form.required_when:
        needs = pc.is_in(columns.fields[rule.when], pa.array(sorted(rule.among)))
        valid &= ~(_to_numpy(needs) & missing[rule.name])
    for name in form.key:
        valid &= _to_numpy(pc.string_is_ascii(columns.fields[name]))
    accepted = np.flatnonzero(valid)
    return Prefiltered(accepted, np.flatnonzero(~valid), _cents(columns, form, accepted))


def _valid(field: Field, column: pa.StringArray, missing: np.ndarray, is_scheme: SchemeCheck) -> np.ndarray:
    """Return where a field is valid, or missing where it may be."""
    if field.kind in ("amount", "rate"):
        parses = _to_numpy(pc.match_substring_regex(column, _AMOUNT if field.kind == "amount" else _RATE))
        return parses if field.required else parses | missing
    if field.kind in ("text", "id"):
        valid = _to_numpy(pc.less_equal(pc.binary_length(column), grammar.LONGEST)) & ~_edges(column)
        if field.required or field.kind == "id":
            valid &= _to_numpy(pc.string_is_ascii(column))
        return valid & ~missing if field.required else valid
    encoded = column.dictionary_encode()
    verdicts = [
        not fault(field, value, is_scheme) and grammar.code(value) == value
        for value in encoded.dictionary.to_pylist()
    ]
    return np.array(verdicts, dtype=bool)[encoded.indices.to_numpy()]


def _edges(column: pa.StringArray) -> np.ndarray:
    """Return where a text begins or ends with a space of any kind."""
    return _to_numpy(pc.not_equal(pc.utf8_trim(column, SPACES), column))


def _cents(columns: Columns, form: Format, places: np.ndarray) -> np.ndarray:
    if form.amount is None:
        return np.zeros(len(places), dtype=np.int64)
    written = columns.fields[form.amount].take(pa.array(places))
    if form.has_optional_amount:
        written = pc.if_else(pc.is_in(written, _MISSING), "0", written)
    yuan = pc.cast(written, _CENTS)
    return pc.cast(pc.multiply(yuan, pa.scalar(100, pa.int64())), pa.int64()).to_numpy()


def _to_numpy(mask: pa.BooleanArray) -> np.ndarray:
    return mask.to_numpy(zero_copy_only=False)
