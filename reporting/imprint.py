"""Publication metadata printed on every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Signature:
    """Who signed, as printed, and on which day."""

    name: str
    day: date


@dataclass(frozen=True)
class Imprint:
    """Number, preparer and as-of day of a publication, with the proof printed in the footer.

    ``preparer`` is the name that is printed, empty where a machine prepared it. ``signatures`` are those of
    preparer, reviewer and approver; a draft has none. ``content_sha256`` and ``audit_head``
    (``sequence:hash`` of the audit log at preparation) let a printed copy prove its content, and that the
    audit log before it was neither cut nor changed.
    """

    number: int
    preparer: str
    as_of: date
    content_sha256: str = ""
    audit_head: str = ""
    signatures: tuple[Signature, ...] = ()

    @property
    def is_draft(self) -> bool:
        """Whether nobody has approved it."""
        return not self.signatures

    @property
    def names(self) -> tuple[str, str, str]:
        """The names of preparer, reviewer and approver; empty where nobody signed."""
        if self.is_draft:
            return self.preparer, "", ""
        preparer, reviewer, approver = (signature.name for signature in self.signatures)
        return preparer, reviewer, approver

    @property
    def signed_on(self) -> date | None:
        """The day it was approved; None for a draft."""
        return self.signatures[-1].day if self.signatures else None

    @property
    def proof(self) -> str:
        """Content hash, and audit head where there is one, as a footer prints it: short enough to type."""
        content, (sequence, _, head) = self.content_sha256[:16], self.audit_head.partition(":")
        if not content:
            return ""
        return f"SHA-256 {content}" + (f" · {sequence}:{head[:16]}" if head else "")
