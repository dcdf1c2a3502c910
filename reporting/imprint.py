"""Publication metadata printed on every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Imprint:
    """What stands around a publication's figures: its number, who prepared it, its as-of day.

    ``content_sha256`` and ``audit_head`` (``sequence:hash`` of the audit log when it was prepared) stand in
    the footer: a printed copy proves what it showed, and that the log before it was not cut or changed.
    """

    number: int
    preparer: str
    as_of: date
    content_sha256: str = ""
    audit_head: str = ""

    @property
    def proof(self) -> str:
        """Content and audit head as a footer shows them, shortened to what can be typed off a page."""
        content, (sequence, _, head) = self.content_sha256[:16], self.audit_head.partition(":")
        return f"SHA-256 {content} · {sequence}:{head[:16]}" if content else ""
