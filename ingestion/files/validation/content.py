"""Examine a file's content in one pass: its bytes, its records, its totals; what may land streams out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from ingestion.files import readers, reasons
from ingestion.files.arrival.manifest import Manifest
from ingestion.files.contract import Book, Format
from ingestion.files.reasons import TRUNCATED, RefusedError, Verdict
from ingestion.files.records import Columns, Record
from ingestion.files.validation import copy_text, prefilter, rows
from ingestion.files.validation.keys import KeyLog
from ingestion.files.validation.quarantine import RefusedLog
from ingestion.files.validation.rows import SchemeCheck


@dataclass(frozen=True)
class Totals:
    """Rows of a file and their amounts in cents.

    ``parsed_cents`` sums every amount that parses, ``absolute_cents`` their sizes; ``all_parse`` says whether
    there are others. ``refused_absolute_cents`` sums the sizes of the refused that parse.
    """

    loaded: int = 0
    refused: int = 0
    repeated: int = 0
    parsed_cents: int = 0
    all_parse: bool = True
    loaded_cents: int = 0
    repeated_cents: int = 0
    absolute_cents: int = 0
    refused_absolute_cents: int = 0

    @property
    def rows(self) -> int:
        """Records in the file."""
        return self.loaded + self.refused + self.repeated


class Examination:
    """One file under examination: iterate ``landing_rows`` to the end, then ask.

    ``totals`` does not know of keys that occur more than once: see ``repeats``. Use it as a context manager.
    """

    def __init__(
        self, content: BinaryIO, *, form: Format, said: Manifest, is_scheme: SchemeCheck, scratch: Path
    ) -> None:
        """Examine ``content`` from where it stands; ``scratch`` takes what does not fit into memory."""
        self.form = form
        self.said = said
        self.totals = Totals()
        self.refused = RefusedLog(scratch)
        self.keys = KeyLog(scratch)
        self._reader = readers.reader_of(content, form=form, encoding=said.encoding)
        self._is_scheme = cache(is_scheme)
        self.book: Book | None = form.book(self._reader) if form.book else None

    def __enter__(self) -> Examination:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what was kept aside."""
        self.refused.close()
        self.keys.close()

    @property
    def normalised(self) -> int:
        """Kinds of harmless deviation that were put right."""
        return self._reader.normalised

    def landing_rows(self, *, file_id: str) -> Iterator[bytes | memoryview]:
        """Yield the rows that may land, as text for COPY.

        Raises: RefusedError (UNSAFE_CONTENT, UNDECODABLE, TRUNCATED, HEADER_INVALID).
        """
        can_clear = prefilter.can_clear(self.form)
        for batch in self._reader:
            if not isinstance(batch, Columns):
                yield self._by_row(batch, file_id)
            elif can_clear:
                yield from self._by_column(batch, file_id)
            else:
                yield self._by_row(batch.records(np.arange(len(batch.lines))), file_id)
        if self._reader.is_blank and self.said.rows:
            raise RefusedError(TRUNCATED, f"the file is empty, its manifest says {self.said.rows} rows")

    def verdict(self) -> Verdict | None:
        """Return the first check that fails on rows, amounts and balances, before refusals are weighed."""
        totals, said = self.totals, self.said
        if totals.rows != said.rows:
            return Verdict(
                reasons.ROWS_MISMATCH, f"the manifest says {said.rows} rows, the file has {totals.rows}"
            )
        has_amount = self.form.cents_of is not None
        if has_amount and totals.all_parse and totals.parsed_cents != said.amount_cents:
            return Verdict(
                reasons.AMOUNT_MISMATCH,
                "the amounts of the file do not add up to the manifest's amount_total",
            )
        if self.book is not None and not self.book.balances():
            return Verdict(
                reasons.BALANCE_MISMATCH, "a balance is not the one before plus or minus the amount"
            )
        return None

    def _by_column(self, batch: Columns, file_id: str) -> Iterator[bytes | memoryview]:
        """Clear what can be cleared at once; the rest goes row by row."""
        found = prefilter.clear(batch, form=self.form, is_scheme=self._is_scheme)
        if len(found.left):
            yield self._by_row(batch.records(found.left), file_id)
        if not len(found.places):
            return
        if self.form.key:
            keys = batch.fields[self.form.key]
            whole = len(found.places) == len(batch.lines)
            self.keys.add(keys if whole else keys.take(pa.array(found.places)), batch.lines[found.places])
        cents, sizes = int(found.cents.sum()), int(np.abs(found.cents).sum())
        self._count(loaded=len(found.places), cents=cents, absolute=sizes)
        yield copy_text.of_columns(batch, found.places, self.form.names, file_id=file_id)

    def _by_row(self, records: Sequence[Record], file_id: str) -> bytes:
        judged = [rows.judge(record, form=self.form, is_scheme=self._is_scheme) for record in records]
        if self.book:
            self.book.enter(records)
            self.book.refuse({one.record.line for one in judged if one.reasons})
        good = [one for one in judged if not one.reasons]
        for one in judged:
            if one.reasons:
                self.refused.add(one)
        with_key = [one for one in judged if one.key is not None]
        if with_key:
            lines = np.array([one.record.line for one in with_key], np.int64)
            self.keys.add(pa.array([rows.holdable(one.key) for one in with_key], pa.string()), lines)
        self._count_rows(judged)
        landing = self.form.lands([rows.accepted(one, self.form) for one in good])
        return copy_text.of_rows(landing.rows, file_id=file_id)

    def _count_rows(self, judged: Sequence[rows.Judged]) -> None:
        good = [one for one in judged if not one.reasons]
        bad = [one for one in judged if one.reasons]
        self._count(
            loaded=len(good),
            cents=sum(one.cents for one in good),
            absolute=sum(abs(one.cents) for one in good),
        )
        known = [one.cents for one in bad if one.cents is not None]
        totals, sizes = self.totals, sum(map(abs, known))
        self.totals = replace(
            totals,
            refused=totals.refused + len(bad),
            all_parse=totals.all_parse and len(known) == len(bad),
            parsed_cents=totals.parsed_cents + sum(known),
            absolute_cents=totals.absolute_cents + sizes,
            refused_absolute_cents=totals.refused_absolute_cents + sizes,
        )

    def _count(self, *, loaded: int, cents: int, absolute: int) -> None:
        totals = self.totals
        self.totals = replace(
            totals,
            loaded=totals.loaded + loaded,
            loaded_cents=totals.loaded_cents + cents,
            parsed_cents=totals.parsed_cents + cents,
            absolute_cents=totals.absolute_cents + absolute,
        )


def too_many_refused(totals: Totals, *, said: Manifest, listed: str) -> Verdict | None:
    """Hold a file of which more than one row and more than 1 % of rows, or of money, would be refused."""
    unread = 0 if totals.all_parse else abs((said.amount_cents or 0) - totals.parsed_cents)
    refused_cents = totals.refused_absolute_cents + unread
    too_many = totals.refused > 1 and totals.refused * 100 > totals.rows
    too_much = refused_cents * 100 > totals.absolute_cents + unread
    if not (too_many or too_much):
        return None
    return Verdict(
        reasons.TOO_MANY_REFUSED,
        f"{totals.refused} of {totals.rows} rows would be refused ({listed});"
        " have the file corrected by its sender, or released by someone else",
    )
