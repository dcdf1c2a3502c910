"""Approved applications for a person's base, out of the files of the declaration feed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tests.oracle.crosschecks.facts import Facts
from tests.oracle.files import FeedFile, loaded
from tests.oracle.records import Record
from tests.oracle.values import code_text, day, file_amount, identity18, month, valid_identity

FORMAT = "base-application-csv/1"
SCHEMES = ("110", "120", "170", "210", "310", "390", "410", "510")
REQUIRED = (
    "application_no", "unit_id", "wage_year", "kind", "applied_on", "effective_month", "decision", "division",
)  # fmt: skip


@dataclass(frozen=True)
class Application:
    """An approved application that speaks for a person's base."""

    unit: str
    person: str | None
    scheme: str
    wage_year: str
    effective: str
    new_base: Decimal | None


def person_key(written: str | None) -> str | None:
    """Normalise a number; one that is not valid is the trimmed text in upper case."""
    if written is None:
        return None
    return identity18(written) if valid_identity(written) else written.upper()


def applications_of(facts: Facts) -> list[Application]:
    """Read the approved applications of files of months ≤ m once."""
    if not hasattr(facts, "applications"):
        facts.applications = _applications(facts)
    return facts.applications


def _applications(facts: Facts) -> list[Application]:
    if not (facts.city.folder / "inbox" / "declaration").is_dir():
        return []
    files = loaded(facts.city, "declaration", (FORMAT,), facts.month, _accepted)
    files.sort(
        key=lambda entry: (entry[0].manifest.month, entry[0].manifest.sequence, entry[0].manifest.division)
    )
    standing = {cells["application_no"]: cells for _, rows in files for _, cells in rows}
    approved = [
        cells for cells in standing.values() if cells["decision"] == "approved" and cells["id_number"]
    ]
    chosen: dict[tuple, dict] = {}
    for cells in approved:
        for scheme in (cells["scheme"],) if cells["scheme"] else SCHEMES:
            key = (
                cells["unit_id"], person_key(cells["id_number"]), scheme, cells["wage_year"],
                month(cells["effective_month"]),
            )  # fmt: skip
            before = chosen.get(key)
            if before is None or _decided(cells) > _decided(before):
                chosen[key] = cells
    return [
        Application(unit, person, scheme, year, effective, file_amount(cells["new_base"]))
        for (unit, person, scheme, year, effective), cells in chosen.items()
    ]


def _decided(cells: dict[str, str | None]) -> tuple[str, str]:
    decided = day(cells["decided_on"])
    return "" if decided is None else decided.isoformat(), cells["application_no"] or ""


def _accepted(_file: FeedFile, records: list[Record]) -> list[tuple[Record, dict]] | None:
    rows = [
        (record, {name: code_text(value) for name, value in (record.fields or {}).items()})
        for record in records
    ]
    taken = [
        (record, cells)
        for record, cells in rows
        if cells and all(cells[name] is not None for name in REQUIRED)
    ]
    refused = len(rows) - len(taken)
    return None if refused >= 2 and refused * 100 > len(rows) else taken
