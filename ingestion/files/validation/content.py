"""Validate a file's content in one pass: its bytes, records and totals; valid rows are streamed out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.files import readers, reasons
from ingestion.files.arrival.manifest import Manifest
from ingestion.files.contract import KEY_SEPARATOR, Book, Format
from ingestion.files.reasons import TRUNCATED, CheckFailedError, Verdict
from ingestion.files.records import Columns, Record
from ingestion.files.statements import off_by, yuan
from ingestion.files.validation import copy_text, row_checks
from ingestion.files.validation.keys import KeyLog
from ingestion.files.validation.prefilter import can_prefilter, prefilter
from ingestion.files.validation.quarantine import QuarantineLog
from ingestion.files.validation.row_checks import SchemeCheck


@dataclass(frozen=True)
class Totals:
    """Rows of a file and their amounts in cents.

    ``parsed_cents`` sums all amounts that parse, ``absolute_cents`` their absolute values; ``all_parse`` says
    whether there are no others. ``quarantined_absolute_cents`` sums the absolute values of quarantined ones.
    """

    loaded: int = 0
    quarantined: int = 0
    repeated: int = 0
    parsed_cents: int = 0
    all_parse: bool = True
    loaded_cents: int = 0
    repeated_cents: int = 0
    absolute_cents: int = 0
    quarantined_absolute_cents: int = 0

    @property
    def rows(self) -> int:
        """Records in the file."""
        return self.loaded + self.quarantined + self.repeated


class Examination:
    """The validation of one file: iterate ``landing_rows`` to the end, then read the results.

    ``totals`` does not consider keys that occur more than once: see ``deduplication``. A context manager.
    """

    def __init__(
        self, content: BinaryIO, *, form: Format, manifest: Manifest, is_scheme: SchemeCheck, scratch: Path
    ) -> None:
        """Validate ``content`` from its position; ``scratch`` is the folder of temporary files."""
        self.form = form
        self.manifest = manifest
        self.totals = Totals()
        self.quarantine = QuarantineLog(scratch)
        self.keys = KeyLog(scratch)
        self._reader = readers.reader_of(content, form=form, encoding=manifest.encoding)
        self._is_scheme = cache(is_scheme)
        self.book: Book | None = form.book(self._reader) if form.book else None

    def __enter__(self) -> Examination:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Delete the temporary files."""
        self.quarantine.close()
        self.keys.close()

    @property
    def normalised(self) -> int:
        """Kinds of harmless deviation that were corrected."""
        return self._reader.normalised

    @property
    def note(self) -> str:
        """What is to be known about the file's sums when it loads, or nothing."""
        return self.book.note() if self.book else ""

    def landing_rows(self, *, file_id: str) -> Iterator[bytes | memoryview]:
        """Yield the rows that may land, as text for COPY.

        Raises: CheckFailedError (UNSAFE_CONTENT, UNDECODABLE, TRUNCATED, HEADER_INVALID).
        """
        is_vectorised = can_prefilter(self.form)
        for batch in self._reader:
            if not isinstance(batch, Columns):
                yield self._by_row(batch, file_id)
            elif is_vectorised:
                yield from self._by_column(batch, file_id)
            else:
                yield self._by_row(batch.records(np.arange(len(batch.lines))), file_id)
        if self._reader.is_blank and self.manifest.rows:
            raise CheckFailedError(
                TRUNCATED, f"the file is empty, its manifest says {self.manifest.rows} rows"
            )

    def verdict(self) -> Verdict | None:
        """Return the first check that fails on rows, amounts and balances, not on quarantined rows."""
        totals, manifest = self.totals, self.manifest
        if totals.rows != manifest.rows:
            return Verdict(
                reasons.ROWS_MISMATCH, f"the manifest says {manifest.rows} rows, the file has {totals.rows}"
            )
        has_amount = self.form.cents_of is not None
        declared = manifest.amount_cents or 0
        if has_amount and totals.all_parse and totals.parsed_cents != declared:
            return Verdict(
                reasons.AMOUNT_MISMATCH,
                f"the manifest says {yuan(declared)}, the amounts of the file come to"
                f" {yuan(totals.parsed_cents)}: {off_by(totals.parsed_cents - declared)}",
            )
        imbalance = self.book.imbalance() if self.book else ""
        return Verdict(reasons.BALANCE_MISMATCH, imbalance) if imbalance else None

    def _by_column(self, batch: Columns, file_id: str) -> Iterator[bytes | memoryview]:
        """Validate column by column; what remains goes row by row."""
        split = prefilter(batch, form=self.form, is_scheme=self._is_scheme)
        if len(split.remaining):
            yield self._by_row(batch.records(split.remaining), file_id)
        if not len(split.accepted):
            return
        if self.form.key:
            parts = [batch.fields[name] for name in self.form.key]
            keys = pc.binary_join_element_wise(*parts, KEY_SEPARATOR)
            whole = len(split.accepted) == len(batch.lines)
            self.keys.add(keys if whole else keys.take(pa.array(split.accepted)), batch.lines[split.accepted])
        cents, sizes = int(split.cents.sum()), int(np.abs(split.cents).sum())
        self._count(loaded=len(split.accepted), cents=cents, absolute=sizes)
        yield copy_text.of_columns(batch, split.accepted, self.form.names, file_id=file_id)

    def _by_row(self, records: Sequence[Record], file_id: str) -> bytes:
        validated = [
            row_checks.validate(record, form=self.form, is_scheme=self._is_scheme) for record in records
        ]
        invalid = [result for result in validated if result.reasons]
        if self.book:
            self.book.enter(records)
            self.book.quarantine({result.record.line for result in invalid})
        for result in invalid:
            self.quarantine.add(result)
        keyed = [(result.record.line, result.key) for result in validated if result.key is not None]
        if keyed:
            lines = np.array([line for line, _ in keyed], np.int64)
            self.keys.add(pa.array([row_checks.storable(key) for _, key in keyed], pa.string()), lines)
        valid = [result for result in validated if not result.reasons]
        self._count_rows(valid, invalid)
        landing = self.form.lands([row_checks.accepted(result.record, self.form) for result in valid])
        return copy_text.of_rows(landing.rows, file_id=file_id)

    def _count_rows(
        self, valid: Sequence[row_checks.ValidatedRecord], invalid: Sequence[row_checks.ValidatedRecord]
    ) -> None:
        cents = [result.cents or 0 for result in valid]
        self._count(loaded=len(valid), cents=sum(cents), absolute=sum(map(abs, cents)))
        parsed = [result.cents for result in invalid if result.cents is not None]
        totals, absolute = self.totals, sum(map(abs, parsed))
        self.totals = replace(
            totals,
            quarantined=totals.quarantined + len(invalid),
            all_parse=totals.all_parse and len(parsed) == len(invalid),
            parsed_cents=totals.parsed_cents + sum(parsed),
            absolute_cents=totals.absolute_cents + absolute,
            quarantined_absolute_cents=totals.quarantined_absolute_cents + absolute,
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


def too_many_quarantined(totals: Totals, *, manifest: Manifest, listed: str) -> Verdict | None:
    """Hold a file if more than one row and over 1 % of rows, or over 1 % of money, would be quarantined."""
    unparsed = 0 if totals.all_parse else abs((manifest.amount_cents or 0) - totals.parsed_cents)
    quarantined_cents = totals.quarantined_absolute_cents + unparsed
    too_many = totals.quarantined > 1 and totals.quarantined * 100 > totals.rows
    too_much = quarantined_cents * 100 > totals.absolute_cents + unparsed
    if not (too_many or too_much):
        return None
    return Verdict(
        reasons.TOO_MANY_REFUSED,
        f"{totals.quarantined} of {totals.rows} rows would be refused ({listed});"
        " have the file corrected by its sender, or released by someone else",
    )
