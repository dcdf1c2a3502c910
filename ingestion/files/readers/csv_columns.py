"""Vectorised reading of CSV: regular lines as columns.

Only what every reader of RFC 4180 reads the same is read here; everything else is left to be read by row.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from ingestion.files.records import Columns

_QUOTE, _COMMA, _FEED, _RETURN = b'",\n\r'


def columns_of(
    text: bytes, *, header: list[str], names: tuple[str, ...], first_line: int
) -> tuple[Columns, list[tuple[int, str]]] | None:
    """Return the records of whole lines in UTF-8, and the lines that have another number of fields.

    None when a line is blank or otherwise irregular: then they are read row by row.
    """
    if not _is_plain(text):
        return None
    has_quotes = b'"' in text
    content = np.frombuffer(text, np.uint8)
    feeds = np.flatnonzero(content == _FEED)
    if has_quotes and not _quotes_are_regular(content, feeds):
        return None
    starts = np.concatenate(([0], feeds[:-1] + 1))
    ends = feeds - (content[feeds - 1] == _RETURN) if b"\r" in text else feeds
    if (starts == ends).any():
        return None
    broken = np.zeros(0, np.int64)
    table = _parsed(text, header, has_quotes=has_quotes)
    if table is None:
        if has_quotes:
            return None
        commas = np.flatnonzero(content == _COMMA)
        per_line = np.diff(np.searchsorted(commas, np.concatenate(([0], feeds))))
        broken = np.flatnonzero(per_line != len(header) - 1)
        table = _parsed(_without(text, starts, feeds, broken), header, has_quotes=False)
    whole = np.delete(np.arange(len(feeds)), broken)
    if table is None or len(table) != len(whole):
        return None
    fields = {name: table.column(header.index(name)).combine_chunks() for name in names}
    others = [(first_line + int(at), text[starts[at] : ends[at]].decode()) for at in broken]
    return Columns(first_line + whole, fields, text, starts[whole], ends[whole]), others


def _is_plain(text: bytes) -> bool:
    """Return whether there is no NUL and no carriage return but before a line feed, which ends the text."""
    if not text.endswith(b"\n") or b"\0" in text:
        return False
    return b"\r" not in text or text.count(b"\r") == text.count(b"\r\n")


def _quotes_are_regular(content: np.ndarray, feeds: np.ndarray) -> bool:
    """Return whether quotes open fields, close them or are doubled, and no line ends inside them."""
    quotes = np.flatnonzero(content == _QUOTE)
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = content[opening - 1]
    opens = (opening == 0) | np.isin(before, (_COMMA, _FEED, _QUOTE))
    after = content[np.minimum(closing + 1, len(content) - 1)]
    closes = np.isin(after, (_COMMA, _FEED, _RETURN, _QUOTE))
    inside = np.searchsorted(quotes, feeds) % 2
    return bool(opens.all() and closes.all() and not inside.any())


def _without(text: bytes, starts: np.ndarray, feeds: np.ndarray, broken: np.ndarray) -> bytes:
    parts, position = [], 0
    for place in broken:
        parts.append(text[position : starts[place]])
        position = feeds[place] + 1
    parts.append(text[position:])
    return b"".join(parts)


def _parsed(text: bytes, header: list[str], *, has_quotes: bool) -> pa.Table | None:
    """Parse lines of exactly so many fields; None when one has more or fewer."""
    columns = [str(place) for place in range(len(header))]
    if not text:
        return pa.table({name: pa.array([], pa.string()) for name in columns})
    try:
        return arrow_csv.read_csv(
            pa.BufferReader(text),
            arrow_csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=columns),
            arrow_csv.ParseOptions(quote_char='"' if has_quotes else False, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(columns, pa.string()),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
