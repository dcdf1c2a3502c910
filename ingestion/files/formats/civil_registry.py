"""Death events of civil affairs, the police and the health office, landed in one canonical form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ingestion.files import grammar
from ingestion.files.contract import Accepted, Field, Format, Landing
from ingestion.files.records import Values

_COLUMNS = (
    "source", "source_event_id", "event_type", "id_type", "id_number", "name", "sex", "birth_date",
    "death_date", "death_date_precision", "category", "registered_on", "certificate_no", "division",
)  # fmt: skip
_EVENT_TYPES = frozenset({"create", "correct", "revoke"})
_LETTERS = {"C": "create", "U": "correct", "R": "revoke"}
_CATEGORIES = frozenset({"01", "02", "03", "04", "05"})
_DEATH = "01"
_COARSENESS = "DMY"

_CREMATION = (
    Field("source_event_id", "id", required=True),
    Field("event_type", "code", required=True, codes=_EVENT_TYPES),
    Field("name", required=True),
    Field("sex", "id"),
    Field("id_number", "id"),
    Field("birth_date", "lenient_date"),
    Field("death_date", "dashed_date", required=True),
    Field("cremated_on", "dashed_date"),
    Field("certificate_no"),
    Field("division", "id"),
)

_POLICE = (
    Field("source_event_id", "id", required=True, at=(0, 20)),
    Field("event_type", "code", required=True, codes=frozenset(_LETTERS), at=(20, 21)),
    Field("name", required=True, at=(21, 61)),
    Field("sex", "id", at=(61, 62)),
    Field("id_number", "id", at=(62, 80)),
    Field("birth_date", "lenient_date", at=(80, 88)),
    Field("death_date", "partial_date", required=True, at=(88, 96)),
    Field("category", "code", required=True, codes=_CATEGORIES, at=(96, 98)),
    Field("registered_on", "date", at=(98, 106)),
    Field("division", "id", at=(106, 112)),
)

_CERTIFICATE = (
    Field("source_event_id", "id", required=True, at=("id",)),
    Field("event_type", "code", required=True, codes=_EVENT_TYPES, at=("action",)),
    Field("name", required=True, at=("deceased", "name")),
    Field("sex", "id", at=("deceased", "sex")),
    Field("id_type", "id", at=("deceased", "idType")),
    Field("id_number", "id", at=("deceased", "idNumber")),
    Field("birth_date", "lenient_date", at=("deceased", "birthDate")),
    Field("death_date", "partial_date", required=True, at=("death", "date")),
    Field("precision", "code", codes=frozenset(_COARSENESS), at=("death", "precision")),
    Field("place", at=("death", "place")),
    Field("registered_on", "date", at=("registeredOn",)),
    Field("certificate_no", at=("certificateNo",)),
    Field("division", "id", at=("division",)),
)


def _precision(values: Values) -> str | None:
    """Return how exactly the date of death is known: the coarser of its text and the stated precision."""
    of_text = grammar.precision(values["death_date"] or "") or ""
    stated = grammar.code(values.get("precision") or "")
    return max(of_text, stated, key=_COARSENESS.find)


def _lands_events(
    source: str, *, given: Callable[[Values], Mapping[str, str | None]]
) -> Callable[[Sequence[Accepted]], Landing]:
    """Return the landing rule of a source's canonical events; ``given`` fills the columns that differ."""

    def lands(accepted: Sequence[Accepted]) -> Landing:
        rows = []
        for record in accepted:
            event = {
                **record.values,
                "source": source,
                "death_date_precision": _precision(record.values),
                **given(record.values),
            }
            rows.append((record.line, tuple(event.get(column) for column in _COLUMNS)))
        return Landing(table="civil_registry__death_event", columns=_COLUMNS, rows=rows)

    return lands


FORMATS = (
    Format(
        name="cremation-csv/1",
        feed="civil_registry",
        layout="csv",
        fields=_CREMATION,
        lands=_lands_events(
            "cremation",
            given=lambda values: {"category": _DEATH, "registered_on": values["cremated_on"]},
        ),
    ),
    Format(
        name="police-fixed/1",
        feed="civil_registry",
        layout="fixed",
        fields=_POLICE,
        record_bytes=160,
        lands=_lands_events(
            "police",
            given=lambda values: {"event_type": _LETTERS[grammar.code(values["event_type"] or "")]},
        ),
    ),
    Format(
        name="death-certificate-jsonl/1",
        feed="civil_registry",
        layout="json",
        fields=_CERTIFICATE,
        lands=_lands_events("health", given=lambda _values: {"category": _DEATH}),
    ),
)
