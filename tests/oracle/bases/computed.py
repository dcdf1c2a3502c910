"""The rows of the exports, from persons and units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from tests.oracle.bases import wrongs
from tests.oracle.bases.rows import EMPLOYEE, Paid, Rows
from tests.oracle.bases.subjects import Person, Subject, Unit
from tests.oracle.bases.years import Years
from tests.oracle.production import City
from tests.oracle.values import day, file_amount, month
from tests.oracle.vouchers import vouchers_until


class Computed:
    """Persons and units of every base year read in a month."""

    def __init__(self, city: City, at: str, landed: Sequence[str]) -> None:
        self.rows = Rows(city, at, landed)
        self.years = Years(self.rows)
        self.at = at
        self.by_subject: dict[tuple[str, str, str], list[Paid]] = defaultdict(list)
        for paid in self.rows.regular:
            self.by_subject[paid.person, paid.unit, paid.scheme].append(paid)
        self.at_unit: dict[str, set[str]] = defaultdict(set)
        for paid in self.rows.regular:
            if paid.identity == EMPLOYEE:
                self.at_unit[paid.unit].add(paid.person)
        self.ids: dict[str, list[str]] = defaultdict(list)
        for person, row in self.rows.ledgers.persons.items():
            from tests.oracle.bases.declarations import number_key

            if row.AAC002:
                self.ids[number_key(row.AAC002)].append(person)
        self.lists: dict[tuple[str, str], list[dict]] = defaultdict(list)
        for row in self.rows.declared["base-person-csv/1"]:
            self.lists[row["unit_id"], row["wage_year"]].append(row)
        self.bills = {
            (row["unit_id"], row["wage_year"]): row for row in self.rows.declared["base-declaration-csv/1"]
        }
        self.applications = self._applications()
        self.taxed = self._taxed(city)
        self.persons = list(self._persons())
        self.units = list(self._units())

    def placed(self, unit: str, key: str | None) -> list[str]:
        """Every person id with a number and rows at a unit."""
        return [person for person in self.ids.get(key, []) if person in self.at_unit[unit]]

    def _applications(self) -> dict[tuple[str, str, str, str], list[dict]]:
        chosen: dict[tuple, dict] = {}
        for row in self.rows.declared["base-application-csv/1"]:
            if row["decision"] != "approved":
                continue
            persons = [""] if row["number"] is None else self.placed(row["unit_id"], row["number"])
            for person in persons:
                for scheme in self.rows.schemes if row["scheme"] is None else {row["scheme"]}:
                    application = {
                        "number": row["application_no"], "effective": month(row["effective_month"]),
                        "new": file_amount(row["new_base"]), "applied": day(row["applied_on"]),
                        "order": (str(day(row["decided_on"]) or ""), row["application_no"]),
                    }  # fmt: skip
                    key = (row["unit_id"], person, scheme, row["wage_year"], application["effective"])
                    if key not in chosen or application["order"] > chosen[key]["order"]:
                        chosen[key] = application
        found: dict[tuple, list[dict]] = defaultdict(list)
        for key, application in chosen.items():
            found[key[:4]].append(application)
        return found

    def _taxed(self, city: City) -> dict[tuple[str, str], dict[str, Decimal]]:
        payers: dict[str, str] = {}
        for unit, row in self.rows.ledgers.employers.items():
            if row.AAB030 and (row.AAB030 not in payers or unit < payers[row.AAB030]):
                payers[row.AAB030] = unit
        found: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
        for voucher in vouchers_until(city, self.at):
            if voucher.kind == "employer" and voucher.base is not None and voucher.taxpayer_no in payers:
                months = found[payers[voucher.taxpayer_no], voucher.scheme]
                months[voucher.month] = months.get(voucher.month, Decimal(0)) + voucher.base
        return found

    def _kind_and_risk(self, unit: str, scheme: str) -> tuple[str | None, str | None]:
        row = self.rows.ledgers.employers.get(unit)
        if row is None:
            return None, None
        code = self.rows.ledgers.batch.code
        return self.rows.kind(unit), code("AAA149", row.AAA149) if scheme == "410" else None

    def _method(self, unit: str, scheme: str) -> str | None:
        if (unit, scheme) not in self.rows.methods:
            return "single"
        return {"01": "dual", "02": "single"}.get(self.rows.methods[unit, scheme] or "")

    def _persons(self):
        booked: dict[tuple[str, str, str], list[tuple]] = defaultdict(list)
        for person, unit, scheme, *trueup in self.rows.trueups:
            booked[person, unit, scheme].append(tuple(trueup))
        for (person, unit, scheme), paid in self.by_subject.items():
            last = max(paid, key=lambda row: row.at)
            where = (last.division, scheme, last.identity)
            kind, risk = self._kind_and_risk(unit, scheme)
            for year in self.years.read(*where):
                rows = {row.at: row for row in paid if year.first <= row.at <= year.last}
                if not rows:
                    continue
                before = [row for row in paid if year.before and year.before[0] <= row.at <= year.before[1]]
                listed = next(
                    (
                        row
                        for row in self.lists[unit, year.name]
                        if person in self.placed(unit, row["number"])
                    ),
                    None,
                )
                yield Person(
                    at=self.at, division=last.division, scheme=scheme, year=year,
                    method=self._method(unit, scheme) if last.identity == EMPLOYEE else None,
                    rule=self.years.rule(last.division, scheme, kind, year.name),
                    rates={at: self.years.rates(*where, risk, at) for at in rows},
                    applications=self.applications.get((unit, person, scheme, year.name), []),
                    bases={at: row.base for at, row in rows.items()},
                    person=person, unit=unit, identity=last.identity, rows=rows,
                    bounds={at: self.years.limits(*where, at) for at in rows},
                    bounds_before={at: self.years.limits_before(*where, at) for at in rows},
                    listed=listed,
                    trueups=[
                        trueup for trueup in booked[person, unit, scheme]
                        if year.first <= trueup[0] <= year.last
                    ],
                    carried=max(before, key=lambda row: row.at).base if before else None,
                )  # fmt: skip

    def _units(self):
        employees: dict[tuple[str, str], dict[str, list[Paid]]] = defaultdict(lambda: defaultdict(list))
        for paid in self.rows.regular:
            if paid.identity == EMPLOYEE:
                employees[paid.unit, paid.scheme][paid.at].append(paid)
        collected: dict[tuple[str, str], dict] = defaultdict(dict)
        for (unit, scheme, at), row in self.rows.collected.items():
            collected[unit, scheme][at] = row
        for unit, scheme in sorted({*employees, *collected}):
            if unit not in self.rows.units:
                continue
            division = self.rows.ledgers.employer_division(unit)
            where = (division, scheme, EMPLOYEE)
            kind, risk = self._kind_and_risk(unit, scheme)
            for year in self.years.read(*where):

                def within(months: dict, first: str = year.first, last: str = year.last) -> dict:
                    return {at: value for at, value in months.items() if first <= at <= last}

                here, there = within(employees[unit, scheme]), within(collected[unit, scheme])
                if not here and not there:
                    continue
                rule = self.years.rule(division, scheme, kind, year.name)
                yield Unit(
                    at=self.at, division=division, scheme=scheme, year=year,
                    method=self._method(unit, scheme), rule=rule,
                    rates={at: self.years.rates(*where, risk, at) for at in {*here, *there}},
                    applications=self.applications.get((unit, "", scheme, year.name), []),
                    unit=unit, employees=here, collected=there,
                    first={at: self.rows.first(unit, scheme, at) for at in there},
                    taxed=self.taxed.get((unit, scheme), {}),
                    bill=self.bills.get((unit, year.name)),
                    carried=self._carried(where, kind, year, unit, collected[unit, scheme]),
                )  # fmt: skip

    def _carried(self, where, kind, year, unit, collected) -> Decimal | None:
        if year.before is None:
            return None
        months = [at for at in collected if year.before[0] <= at <= year.before[1]]
        if not months:
            return None
        at, wage_year = max(months), None
        row = self.years.row(*where, year.before[0])
        wage_year = self.years._year(*where, row, year.before)
        rule = self.years.rule(where[0], where[1], kind, wage_year.name)
        before = Subject(
            at=self.at, division=where[0], scheme=where[1], year=wage_year, method="dual", rule=rule,
            rates={}, applications=[],
        )  # fmt: skip
        return (self.rows.first(unit, where[1], at) if before.is_provisional(at) else collected[at]).base


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value.quantize(Decimal("0.01"))) if isinstance(value, Decimal) else str(value)


_KEPT: dict[tuple, Computed] = {}


def computed(city: City, at: str, landed: Sequence[str]) -> Computed:
    """Compute a month once."""
    key = (str(city.folder), at, tuple(landed))
    if key not in _KEPT:
        _KEPT.clear()
        _KEPT[key] = Computed(city, at, landed)
    return _KEPT[key]


def bases_of(city: City, at: str, *, landed: Sequence[str]) -> list[dict[str, str]]:
    """Give the rows of the export ``bases``."""
    return [
        {name: _text(value) for name, value in row.items()}
        for row in [
            *(_person(each, at) for each in computed(city, at, landed).persons),
            *(_unit(each, at) for each in computed(city, at, landed).units),
        ]
    ]


def _common(each: Subject, at: str) -> dict:
    trueup = each.trueup()
    return {
        "month": at, "division": each.division, "scheme": each.scheme, "wage_year": each.year.name,
        "base_method": each.method, "wage": each.wage, "wage_kind": each.year.kind,
        "average_wage": each.year.average if each.published else None,
        "expected_base": each.expected, "verified_month": each.verified,
        "trueup_due": trueup and trueup[0], "trueup_booked": trueup and trueup[1],
        "trueup_open": trueup and trueup[0] - trueup[1], "status": each.status,
    }  # fmt: skip


def _person(each: Person, at: str) -> dict:
    provisional = [month for month in each.months() if each.is_provisional(month)]
    floor, cap = each.bound()
    return {
        **_common(each, at), "level": "person", "unit_id": each.unit or None, "person_id": each.person,
        "identity": each.identity, "unit_method": None, "wage_source": each.source, "floor": floor,
        "cap": cap, "sum_personal": None,
        "provisional_base": each.rows[provisional[-1]].base if provisional else None,
        "applied_base": each.rows[each.verified].base if each.verified else None, "tax_base": None,
    }  # fmt: skip


def _unit(each: Unit, at: str) -> dict:
    provisional = [
        month for month in each.months() if each.is_provisional(month) and each.base(month) is not None
    ]
    return {
        **_common(each, at), "level": "unit", "unit_id": each.unit, "person_id": None, "identity": None,
        "unit_method": each.unit_method, "wage_source": "none" if each.bill is None else "declared",
        "floor": None, "cap": None,
        "sum_personal": each.total(each.judged) if each.published else None,
        "provisional_base": each.base(provisional[-1]) if provisional else None,
        "applied_base": each.applied, "tax_base": each.taxed.get(each.verified or ""),
    }  # fmt: skip


def exceptions_of(city: City, at: str, *, landed: Sequence[str]) -> list[dict[str, str]]:
    """Give the rows of the export ``base_exceptions``, without id and evidence."""
    rows = wrongs.exceptions(computed(city, at, landed))
    return [{name: _text(value) for name, value in {"month": at, **row}.items()} for row in rows]
