"""One issue of a county's list, and what its line says in a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fundwatch.catalogue import TABLES
from fundwatch.labels.fields import field_name
from fundwatch.labels.quality import TABLE_NAMES
from reporting.error_lists.details import columns_of
from reporting.error_lists.texts import ErrorListTexts
from reporting.error_lists.wanted import Wanted, wanted_by
from reporting.formatting import NOTHING
from reporting.masking import masked_name, masked_number
from reporting.texts import LANGUAGES

_IDENTITY_NUMBER, _NAME = "AAC002", "AAC003"


@dataclass(frozen=True)
class Issue:
    """One issue of a county's list, with its rule's texts.

    ``person``, ``employer``: whose row it is; ``name``: their name, None where they are not registered;
    ``parts``, ``cells``, ``wanted`` are those of ``reporting.error_lists.details``.
    """

    issue_id: str
    table: str
    rule_id: str
    severity: str
    text_zh: str
    text_en: str
    key: str
    row: int
    first_seen: str
    due_on: date | None
    state: str
    corrected_on: date | None
    reason: str | None
    person: str | None = None
    employer: str | None = None
    name: str | None = None
    parts: Sequence[int] | None = None
    cells: Sequence[str | None] | None = None
    wanted: Sequence[str | None] | None = None

    def subject(self, texts: ErrorListTexts, key_columns: Sequence[str]) -> str:
        """Return the name, of a person masked, and on a second line the key in words."""
        if self.name is None:
            name = texts.no_name if self.person or self.employer else NOTHING
        else:
            name = masked_name(self.name) if self.person else self.name
        return f"{name}\n{self._key(texts, key_columns)}"

    def stands(self, texts: ErrorListTexts) -> str:
        """Return the cells that are wrong as they are; numbers of persons and names are masked."""
        if self.cells is None:
            return NOTHING
        values = dict(zip(columns_of(self.rule_id), self.cells, strict=True))
        columns = dict.fromkeys(column for part in self._broken() for column in part.columns)
        return "\n".join(
            texts.cell.format(
                name=field_name(column, texts.language), value=_shown(column, values[column], texts)
            )
            for column in columns
        )

    def should(self, texts: ErrorListTexts) -> str:
        """Return what should stand there; nothing where the row is in order."""
        if self.state == "corrected":
            return NOTHING
        values, texts_of_parts = list(self.wanted or ()), []
        for place, part in enumerate(wanted_by(self.rule_id)):
            own, values = values[: len(part.values)], values[len(part.values) :]
            if not self.parts or place in self.parts:
                template = part.zh if texts.language == "zh" else part.en
                given = [NOTHING if value is None else value for value in own]
                texts_of_parts.append(template.format(*given, *[NOTHING] * (len(part.values) - len(given))))
        return texts.both.join(texts_of_parts) or NOTHING

    def problem(self, texts: ErrorListTexts) -> str:
        """Return the rule in words, and on a second line its id, severity and first month."""
        text = self.text_zh if texts.language == "zh" else self.text_en
        severity = texts.severities.get(self.severity, self.severity)
        return f"{text}\n{texts.rule.format(rule=self.rule_id, severity=severity, first=self.first_seen)}"

    def origin(self, texts: ErrorListTexts) -> str:
        """Return table and place of the row, and on a second line the issue's id."""
        name = TABLE_NAMES[self.table][LANGUAGES.index(texts.language)]
        return f"{texts.origin.format(name=name, row=self.row)}\n{self.issue_id}"

    def _broken(self) -> list[Wanted]:
        every = wanted_by(self.rule_id)
        return [part for place, part in enumerate(every) if not self.parts or place in self.parts]

    def _key(self, texts: ErrorListTexts, columns: Sequence[str]) -> str:
        values = self.key.split("|")
        if len(values) != len(columns):
            return f"{'|'.join(columns)}={self.key}"
        named = (
            texts.key.format(name=field_name(column, texts.language), value=value)
            for column, value in zip(columns, values, strict=True)
        )
        return " ".join(named)


KEY_COLUMNS: Mapping[str, Sequence[str]] = {name: table.key for name, table in TABLES.items()}


def _shown(column: str, value: str | None, texts: ErrorListTexts) -> str:
    text = (value or "").strip()
    if not text:
        return texts.empty
    if column == _IDENTITY_NUMBER:
        return masked_number(text)
    return masked_name(text) if column == _NAME else text
