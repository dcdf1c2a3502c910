"""The names block of a document: who prepared, reviewed and approved it, and when. It signs nothing."""

from __future__ import annotations

from reporting.imprint import Imprint
from reporting.texts import Texts

# Between a name and its day.
_SPACE = "　"


def sign_off(texts: Texts, imprint: Imprint) -> list[tuple[str, str]]:
    """Return label and text of each line of the sign-off block; what nobody signed is empty, to be filled in.

    A draft has its preparer's name alone, and no day: equal content gives equal bytes, whenever it is drawn.
    """
    labels = (texts.prepared_by, texts.reviewed_by, texts.approved_by)
    if imprint.is_draft:
        return [*zip(labels, imprint.names, strict=True), (texts.date, "")]
    signed = [
        (label, _SPACE.join(filter(None, (signature.name, signature.day.isoformat()))))
        for label, signature in zip(labels, imprint.signatures, strict=True)
    ]
    return [*signed, (texts.date, imprint.signatures[-1].day.isoformat())]


def draft_mark(texts: Texts, imprint: Imprint) -> str:
    """Return the mark of a document that nobody approved; empty for a signed one."""
    return texts.draft if imprint.is_draft else ""
