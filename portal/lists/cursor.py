"""Cursors: where a page of a list ended, sealed for the user, the query and the publication it belongs to."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass

_SEAL_BYTES = 16
_LONGEST = 4096
_PURPOSE = b"cursors of lists"


class CursorInvalid(Exception):
    """A cursor is not one of ours, or belongs to another user or query."""


@dataclass(frozen=True)
class Cursor:
    """Publication (None: a live list) and the values of the last row in each term of the order."""

    publication: int | None
    values: tuple[str | None, ...]


def sealed(cursor: Cursor, *, key: bytes, binding: Sequence[str]) -> str:
    """Return a cursor as text that is good for one binding: list, user and query."""
    content = json.dumps(
        [cursor.publication, *cursor.values], ensure_ascii=False, separators=(",", ":")
    ).encode()
    return base64.urlsafe_b64encode(_seal(content, key, binding) + content).rstrip(b"=").decode()


def opened(text: str, *, key: bytes, binding: Sequence[str], length: int) -> Cursor:
    """Return the cursor of a text; ``length`` is the number of terms of the order.

    Raises: CursorInvalid.
    """
    if len(text) > _LONGEST:
        raise CursorInvalid
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise CursorInvalid from None
    # The last character of another text may leave the same bytes.
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise CursorInvalid
    seal, content = raw[:_SEAL_BYTES], raw[_SEAL_BYTES:]
    if not hmac.compare_digest(seal, _seal(content, key, binding)):
        raise CursorInvalid
    publication, *values = json.loads(content)
    if len(values) != length:
        raise CursorInvalid
    return Cursor(publication, tuple(values))


def _seal(content: bytes, key: bytes, binding: Sequence[str]) -> bytes:
    bound = json.dumps([*binding, hashlib.sha256(content).hexdigest()]).encode()
    return hmac.digest(hmac.digest(key, _PURPOSE, "sha256"), bound, "sha256")[:_SEAL_BYTES]
