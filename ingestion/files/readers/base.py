"""The base of all readers: a file's records in batches, and what is known once all have been read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from ingestion.files.contract import Format
from ingestion.files.records import Columns, Record
from ingestion.files.statements import Statement


class Reader:
    """Reads the records of one file, in batches, in its order.

    ``normalised`` (kinds of harmless deviation corrected), ``is_blank`` (nothing but white space) and
    ``statements`` are final once iteration has ended.
    Raises CheckFailedError, whatever the bytes are, and nothing else.
    """

    normalised: int = 0
    is_blank: bool = False

    def __init__(self, handle: BinaryIO, *, form: Format, encoding: str) -> None:
        """Read ``handle`` from its position; the caller closes it."""
        self._handle = handle
        self._form = form
        self._encoding = encoding

    @property
    def statements(self) -> Sequence[Statement]:
        """The statements of the file, where the format states balances."""
        return ()

    def __iter__(self) -> Iterator[Sequence[Record] | Columns]:
        """Yield batches, in file order."""
        raise NotImplementedError
