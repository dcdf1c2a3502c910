"""Publication metadata printed on every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Imprint:
    """Number, preparer and as-of day of a publication, with the proof printed in the footer.

    ``content_sha256`` and ``audit_head`` (``sequence:hash`` of the audit log at preparation) let a printed
    copy prove its content, and that the audit log before it was neither cut nor changed.
    """

    number: int
    preparer: str
    as_of: date
    content_sha256: str = ""
    audit_head: str = ""

    @property
    def proof(self) -> str:
        """Content hash and audit head as printed in the footer, short enough to be typed off a page."""
        content, (sequence, _, head) = self.content_sha256[:16], self.audit_head.partition(":")
        return f"SHA-256 {content} · {sequence}:{head[:16]}" if content else ""
