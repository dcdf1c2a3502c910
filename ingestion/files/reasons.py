"""Reason codes, of files and of rows, and what each file code means to an operator."""

from __future__ import annotations

from dataclasses import dataclass

MANIFEST_INVALID = "MANIFEST_INVALID"
SIGNATURE_INVALID = "SIGNATURE_INVALID"
SHA256_MISMATCH = "SHA256_MISMATCH"
DUPLICATE_FILE = "DUPLICATE_FILE"
REPLACES_UNKNOWN = "REPLACES_UNKNOWN"
SLOT_TAKEN = "SLOT_TAKEN"
FUTURE_MONTH = "FUTURE_MONTH"
SEQUENCE_GAP = "SEQUENCE_GAP"
UNSAFE_CONTENT = "UNSAFE_CONTENT"
UNDECODABLE = "UNDECODABLE"
TRUNCATED = "TRUNCATED"
HEADER_INVALID = "HEADER_INVALID"
ROWS_MISMATCH = "ROWS_MISMATCH"
AMOUNT_MISMATCH = "AMOUNT_MISMATCH"
BALANCE_MISMATCH = "BALANCE_MISMATCH"
TOO_MANY_REFUSED = "TOO_MANY_REFUSED"

# The order of the checks: a file with several faults gets the reason of the first.
FILE_REASONS = (
    MANIFEST_INVALID, SIGNATURE_INVALID, SHA256_MISMATCH, DUPLICATE_FILE, REPLACES_UNKNOWN, SLOT_TAKEN,
    FUTURE_MONTH, SEQUENCE_GAP, UNSAFE_CONTENT, UNDECODABLE, TRUNCATED, HEADER_INVALID, ROWS_MISMATCH,
    AMOUNT_MISMATCH, BALANCE_MISMATCH, TOO_MANY_REFUSED,
)  # fmt: skip
_HELD = frozenset({FUTURE_MONTH, SEQUENCE_GAP, TOO_MANY_REFUSED})

MISSING_REQUIRED = "MISSING_REQUIRED"
BAD_DATE = "BAD_DATE"
BAD_MONTH = "BAD_MONTH"
BAD_AMOUNT = "BAD_AMOUNT"
BAD_CODE = "BAD_CODE"
TOO_LONG = "TOO_LONG"
WRONG_FIELD_COUNT = "WRONG_FIELD_COUNT"
BAD_RECORD_LENGTH = "BAD_RECORD_LENGTH"
DUPLICATE_IN_FILE = "DUPLICATE_IN_FILE"

# The order in which the reasons of one row are given.
ROW_REASONS = (
    MISSING_REQUIRED, BAD_DATE, BAD_MONTH, BAD_AMOUNT, BAD_CODE, TOO_LONG, WRONG_FIELD_COUNT,
    BAD_RECORD_LENGTH, DUPLICATE_IN_FILE,
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """The outcome of a failed check; ``message`` says why without quoting a row."""

    reason: str
    message: str
    duplicate_of: str | None = None

    @property
    def state(self) -> str:
        """The state of a file with this reason."""
        if self.reason == DUPLICATE_FILE:
            return "duplicate"
        return "held" if self.reason in _HELD else "rejected"


class CheckFailedError(Exception):
    """A check of the file failed; carries its verdict."""

    def __init__(self, reason: str, message: str) -> None:
        """Keep the verdict."""
        self.verdict = Verdict(reason, message)
        super().__init__(reason)
