"""How the bytes of a file become text: strictly, in the encoding of its manifest."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_WINDOWS = "fundwatch_windows_euro"
_EURO = 0x80


@dataclass(frozen=True)
class Decoding:
    """The codec that reads an encoding, and its treatment of bytes that are none of its characters."""

    codec: str
    errors: str = "strict"

    @classmethod
    def of(cls, encoding: str) -> Decoding:
        """Return how an encoding of a manifest is read.

        What Windows calls GBK is GB18030 as far as it goes, and has the euro sign as a byte 0x80.
        """
        name = codecs.lookup(encoding).name
        if name == "gbk":
            return cls("gb18030", _WINDOWS)
        return cls("utf-8" if name == "utf-8-sig" else name)

    def decode(self, raw: bytes) -> str:
        """Return the text of whole characters.

        Raises: UnicodeDecodeError.
        """
        return raw.decode(self.codec, self.errors)

    def decoder(self) -> codecs.IncrementalDecoder:
        """Return a decoder of bytes that come in pieces; it raises UnicodeDecodeError."""
        return codecs.getincrementaldecoder(self.codec)(self.errors)


def _euro_or_error(error: UnicodeError) -> tuple[str, int]:
    """Read a byte 0x80 that begins no character as the euro sign."""
    if isinstance(error, UnicodeDecodeError) and error.object[error.start] == _EURO:
        return "€", error.start + 1
    raise error


codecs.register_error(_WINDOWS, _euro_or_error)
