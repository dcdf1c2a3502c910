"""Whose statement it is: of a publication, with who prepared and reviewed it, or drawn on demand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reporting.drawing.typesetting import common_data
from reporting.imprint import Imprint
from reporting.signature_block import draft_mark
from reporting.statements.texts import ON_DEMAND
from reporting.texts import TEXTS, Texts

_SPACE = "　"


@dataclass(frozen=True)
class Edition:
    """The publication a statement stands in; without one it is drawn on demand, signed by nobody."""

    language: str
    as_of: date
    imprint: Imprint | None = None

    @property
    def texts(self) -> Texts:
        """The words of all documents."""
        return TEXTS[self.language]

    @property
    def draft(self) -> str:
        """The mark of what nobody approved; empty for a signed edition."""
        return self.texts.draft if self.imprint is None else draft_mark(self.texts, self.imprint)

    @property
    def publication(self) -> str:
        """Which publication it is of."""
        if self.imprint is None:
            return ON_DEMAND[self.language]
        return f"{self.texts.publication} {self.imprint.number}"

    @property
    def proof(self) -> str:
        """The proof printed in the footer."""
        return "" if self.imprint is None else self.imprint.proof

    @property
    def preparer(self) -> str:
        """Who prepared it, with the day where it is signed; empty to be filled in."""
        return self._signer(0)

    @property
    def reviewer(self) -> str:
        """Who reviewed it, with the day; empty to be filled in."""
        return self._signer(1)

    @property
    def approver(self) -> str:
        """Who approved it, with the day; empty to be filled in."""
        return self._signer(2)

    @property
    def signed_on(self) -> str:
        """The day it was approved; empty for a draft."""
        day = None if self.imprint is None else self.imprint.signed_on
        return day.isoformat() if day else ""

    def _signer(self, place: int) -> str:
        if self.imprint is None:
            return ""
        name = self.imprint.names[place]
        if self.imprint.is_draft or not name:
            return name
        return f"{name}{_SPACE}{self.imprint.signatures[place].day.isoformat()}"

    def data(self) -> dict[str, object]:
        """Return what every typeset document takes."""
        if self.imprint is not None:
            return common_data(self.texts, self.imprint)
        return {
            "language": self.language, "author": "", "draft": self.draft,
            "publication": self.publication, "proof": self.proof, "page": self.texts.page,
        }  # fmt: skip
