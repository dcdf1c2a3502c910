"""The companies as production tables and as files of the feeds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from simulator import clock, parameters
from simulator.bases.company import REGULAR, Company, Person, Row, charge
from simulator.bases.terms import EMPLOYER_PERCENT, PENSION, Terms
from simulator.feeds.tax import VOUCHER_COLUMNS
from simulator.history import History, Scalar
from simulator.outbox import Outbox, csv_bytes, money_text
from simulator.production.codes import code_table

_FIRST_ENROLMENT, _FIRST_CONTRIBUTION = 90_000_001, 900_000_001
_DECLARED = {
    "declaration": (
        "unit_id", "credit_code", "wage_year", "months", "employees", "wage_bill", "declared_on", "division",
    ),
    "person": (
        "unit_id", "id_number", "name", "wage_year", "months", "wage_total", "status", "proof_no", "division",
    ),
    "document": ("unit_id", "wage_year", "document", "document_no", "received_on", "division"),
    "application": (
        "application_no", "unit_id", "id_number", "scheme", "wage_year", "kind", "applied_on",
        "effective_month", "new_base", "decision", "decided_on", "division",
    ),
}  # fmt: skip
FORMATS = tuple(f"base-{what}-csv/1" for what in _DECLARED)
DOCUMENTS = ("wage_statistics", "wage_register")
_Slot = tuple[str, int, int]


def histories(companies: Sequence[Company], terms: Terms) -> list[History]:
    """Return the production tables over the months of the terms."""
    return [
        code_table(), _employers(companies), _schemes(companies), _units(companies, terms),
        _persons(companies), _enrolments(companies), _contributions(companies, terms),
    ]  # fmt: skip


def _table(name: str, rows: Sequence[dict[str, Scalar]], since: Sequence[int] | int = 0) -> History:
    columns = {}
    for column in rows[0]:
        values = np.empty(len(rows), dtype=object)
        values[:] = [row[column] for row in rows]
        columns[column] = values
    return History.of(name, np.asarray(since), columns)


def _division(company: Company) -> str:
    return str(parameters.COUNTIES[company.county])


def _employers(companies: Sequence[Company]) -> History:
    return _table("AB01", [
        {
            "AAB001": company.unit_id, "AAB004": f"核定示例{number + 1}号单位", "AAB030": company.tax_number,
            "AAB019": company.kind, "AAB020": "110", "AAB022": "C34", "AAA149": "1",
            "AAB301": _division(company), "AAE036": "20200105",
        }
        for number, company in enumerate(companies)
    ])  # fmt: skip


def _schemes(companies: Sequence[Company]) -> History:
    return _table("AB02", [
        {
            "AAB001": company.unit_id, "AAE140": str(scheme), "AAB051": "1",
            "AAB033": "01" if company.is_dual else "02", "AAE036": "20200105",
        }
        for company in companies
        for scheme in sorted({PENSION, *(code for person in company.people for code in person.schemes)})
    ])  # fmt: skip


def _units(companies: Sequence[Company], terms: Terms) -> History:
    units = sorted(
        ((company, unit) for company in companies for unit in company.units), key=lambda pair: pair[1].month
    )
    history = _table("AB07", [
        {
            "AAB001": company.unit_id, "AAE140": str(unit.scheme), "AAE003": clock.month_code(unit.month),
            "AAE002": clock.month_code(unit.month), "AAB119": len(company.people), "AAB120": unit.base * 100,
            "AAE020": unit.base * EMPLOYER_PERCENT, "AAE080": unit.base * EMPLOYER_PERCENT, "AAE078": 1,
            "AAB191": str(clock.day_in(unit.month, 12)), "AAE036": str(clock.day_in(unit.month, 12)),
        }
        for company, unit in units
    ], [unit.month - terms.first for _, unit in units])  # fmt: skip
    for place, (_, unit) in enumerate(units):
        if unit.rewritten_in:
            due = unit.later * EMPLOYER_PERCENT
            history.update(
                unit.rewritten_in - terms.first, [place], AAB120=unit.later * 100, AAE020=due, AAE080=due,
                AAE036=str(clock.day_in(unit.rewritten_in, 18)),
            )  # fmt: skip
    return history


def _paying(companies: Sequence[Company]) -> list[tuple[Company, Person]]:
    return [
        (company, person) for company in companies for person in company.people if person.last >= person.first
    ]


def _persons(companies: Sequence[Company]) -> History:
    return _table("AC01", [
        {
            "AAC001": person.person_id, "AAC002": person.number, "AAC003": _name(person), "AAC004": "1",
            "AAC006": person.number[6:14], "AAC007": "20200101", "AAC009": "10", "AAC013": "1",
            "AAC058": "01", "AAC060": "1", "AAE138": None, "AAB301": _division(company), "AAE036": "20200105",
        }
        for company, person in _paying(companies)
    ])  # fmt: skip


def _name(person: Person) -> str:
    return "核" + "定甲乙丙丁戊己庚辛壬"[int(person.person_id) % 10]


def _enrolments(companies: Sequence[Company]) -> History:
    paying = [
        (company, person, scheme) for company, person in _paying(companies) for scheme in person.schemes
    ]
    return _table("AC02", [
        {
            "AAZ159": _FIRST_ENROLMENT + number, "AAC001": person.person_id, "AAE140": str(scheme),
            "AAB001": None if person.is_flexible else company.unit_id, "AAC008": "1",
            "AAC066": "12" if person.is_flexible else "11",
            "AAC030": str(clock.day_in(person.begun, 1)), "AAC049": clock.month_code(person.begun),
            "AAB301": _division(company), "AAE036": str(clock.day_in(person.begun, 5)),
        }
        for number, (company, person, scheme) in enumerate(paying)
    ], [max(person.begun - company.terms.first, 0) for company, person, _ in paying])  # fmt: skip


def _contributions(companies: Sequence[Company], terms: Terms) -> History:
    rows = sorted(
        ((company, row) for company in companies for row in company.rows), key=lambda pair: pair[1].booked
    )
    history = _table("AC43", [
        {
            "AAZ223": _FIRST_CONTRIBUTION + number, "AAC001": row.person.person_id,
            "AAB001": None if row.person.is_flexible else company.unit_id, "AAE140": str(row.scheme),
            "AAE002": clock.month_code(row.booked), "AAE003": clock.month_code(row.month),
            "AAE041": None, "AAE042": None, "AAA115": str(row.kind),
            "AAC040": company.wage(row.person, terms.wage_year(row.month)) * 100, "AAE180": row.base * 100,
            "AAE020": row.due_employer, "AAE022": row.due_person, "AAE080": row.due_employer,
            "AAE082": row.due_person, "AAE078": 1, "AAB191": str(clock.day_in(row.booked, 20)),
            "AAE036": str(clock.day_in(row.booked, 20)),
        }
        for number, (company, row) in enumerate(rows)
    ], [row.booked - terms.first for _, row in rows])  # fmt: skip
    for place, (company, row) in enumerate(rows):
        if row.corrected_in:
            history.update(row.corrected_in - terms.first, [place], **_corrected(company, row))
    return history


def _corrected(company: Company, row: Row) -> dict[str, Scalar]:
    """Return what a correction writes: another base and, of a regular row, what is due on it."""
    columns: dict[str, Scalar] = {
        "AAE180": row.corrected_base * 100, "AAE036": str(clock.day_in(row.corrected_in, 18)),
    }  # fmt: skip
    if row.kind == REGULAR:
        right = Row(row.person, row.scheme, row.month, row.booked, row.kind, row.corrected_base, 0, 0)
        charge(company, right)
        columns |= {
            "AAE020": right.due_employer, "AAE022": right.due_person,
            "AAE080": right.due_employer, "AAE082": right.due_person,
        }  # fmt: skip
    return columns


def send(outbox: Outbox, companies: Sequence[Company], terms: Terms) -> None:
    """Write the declarations of every wage year, and the vouchers of the tax bureau."""
    files: dict[_Slot, list[tuple[object, ...]]] = defaultdict(list)
    for company in companies:
        for wage_year in terms.wage_years():
            month = max((wage_year + 1) * 12 + int(terms.declare_by[:2]) - 1, terms.first)
            for what, later, row in _declared(company, wage_year, month):
                files[what, company.county, month + later].append(row)
        for number, application in enumerate(company.applications):
            month = clock.month_number(application.applied_on)
            files["application", company.county, month].append((
                f"SQ{company.unit_id}{number}", company.unit_id, application.number, "",
                application.wage_year, "correction", application.applied_on,
                clock.month_code(application.effective),
                f"{application.new_base}.00" if application.new_base else "", "approved",
                application.applied_on, _division(company),
            ))  # fmt: skip
    for (what, county, month), rows in sorted(files.items()):
        _send(outbox, "declaration", f"base-{what}-csv/1", county, month, _DECLARED[what], rows)
    vouchers: dict[tuple[int, int], list[tuple[object, ...]]] = defaultdict(list)
    for company in companies:
        for number, (month, kind, base, paid) in enumerate(company.vouchers):
            vouchers[company.county, month].append((
                f"SP{company.unit_id}{number}", company.tax_number, "", "", PENSION,
                clock.month_code(month), clock.month_code(month), kind, "" if base is None else base,
                "0.16", money_text(paid * EMPLOYER_PERCENT), clock.day_text(clock.day_in(month, 15)),
                clock.day_text(clock.day_in(month, 16)),
                f"SP{company.unit_id}0" if kind == "refund" else "", _division(company),
            ))  # fmt: skip
    for (county, month), rows in sorted(vouchers.items()):
        _send(outbox, "tax", "tax-voucher-csv/1", county, month, VOUCHER_COLUMNS, rows)


def _declared(company: Company, wage_year: int, month: int) -> Iterable[tuple[str, int, tuple[object, ...]]]:
    """Yield format, months later and row of what a company declares for a wage year."""
    unit, division = company.unit_id, _division(company)
    day = clock.day_text(clock.day_in(month, 10))
    if wage_year not in company.undeclared:
        yield "declaration", 0, (
            unit, company.tax_number, wage_year, 12, len(company.people),
            f"{company.wage_bill(wage_year)}.00", day, division,
        )  # fmt: skip
    for person in company.people if wage_year not in company.unlisted else ():
        if person.listed:
            total = f"{company.wage(person, wage_year) * 12}.00" if person.has_total else ""
            yield "person", 0, (
                unit, person.number, _name(person), wage_year, 12, total, person.listed, person.proof,
                division,
            )  # fmt: skip
    for document in DOCUMENTS:
        if (wage_year, document) not in company.lacking:
            later = 2 if (wage_year, document) in company.late_documents else 0
            received = clock.day_text(clock.day_in(month + later, 10))
            yield "document", later, (unit, wage_year, document, f"W{unit}", received, division)


def _send(
    outbox: Outbox, feed: str, layout: str, county: int, month: int,
    columns: Sequence[str], rows: Sequence[tuple[object, ...]],
) -> None:  # fmt: skip
    place = next((n for n, name in enumerate(columns) if name in ("wage_bill", "wage_total", "amount")), None)
    cents = None if place is None else sum(_cents(str(row[place])) for row in rows)
    outbox.send(
        feed=feed, layout=layout, division=str(parameters.COUNTIES[county]), month=month,
        body=csv_bytes(columns, rows, encoding="utf-8"), encoding="utf-8", rows=len(rows), cents=cents,
        suffix="csv",
    )  # fmt: skip


def _cents(text: str) -> int:
    """Return an amount in cents, 0 where it is empty."""
    return int(text.replace(".", "")) if text else 0
