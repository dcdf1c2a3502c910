"""Rows that chance draws too seldom: each stands at a boundary that no drawn row is sure to reach."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.hostile.drawing import MONTH, NORTH, Row, code, number15, number18

BIRTH, NAME = "19770303", "欧阳娜"
MARCH, APRIL, AFTER = "2024-03", "2024-04", "2024-07"
_IN_APRIL, _IN_JUNE = f"{code(APRIL)}15", f"{code(MONTH)}15"
_ACCOUNT = "62229999000000"
Tables = dict[str, list[Row]]


@dataclass
class Corners:
    """The rows of both batches, and what the registry and the bank say of them."""

    before: Tables
    later: Tables
    events: list[dict[str, str]] = field(default_factory=list)
    count: int = 0

    def add(self, table: str, row: Row, *, before: Row | None = None, is_new: bool = False) -> None:
        """Add a row to both batches, to the earlier with other cells, or to the later alone."""
        handled = {"AAE036": _IN_APRIL, "AAE011": "H1", "YAE016": "R1"}
        self.later.setdefault(table, []).append(handled | row)
        if not is_new:
            self.before.setdefault(table, []).append(handled | row | (before or {}))

    def next(self, letter: str) -> str:
        """Return an id nobody has."""
        self.count += 1
        return f"Q{letter}{self.count:03d}"

    def person(self, *, number: str | None = None, before: Row | None = None, **cells: object) -> str:
        """Add a person, of an own number unless one is given; return the id."""
        person = self.next("P")
        row = {
            "AAC001": person, "AAC002": number or number18(BIRTH, self.count), "AAC003": NAME, "AAC004": "2",
            "AAC006": BIRTH, "AAC058": "01", "AAC060": "1", "AAB301": NORTH,
        }  # fmt: skip
        self.add("AC01", row | cells, before=before)
        return person

    def contribution(self, person: str, month: str) -> None:
        """Add a month that arrived; without an enrolment it is nobody's."""
        self.add("AC43", {
            "AAZ223": self.next("K"), "AAC001": person, "AAB001": None, "AAE140": "110",
            "AAE002": code(month), "AAE003": code(month), "AAA115": "10",
            "AAC040": "5000.00", "AAE180": "5000.00", "AAE020": "0.00", "AAE022": "1000.00",
            "AAE080": "0.00", "AAE082": "1000.00", "AAE078": 1,
        })  # fmt: skip

    def entitlement(self, person: str, scheme: str, kind: str = "01", **cells: object) -> str:
        """Add an entitlement in pay since long; return its id."""
        entitlement = self.next("B")
        self.add("AC60", {
            "AAZ257": entitlement, "AAC001": person, "AAE140": scheme, "AIC161": kind, "AIC162": "20220101",
            "AAE210": "202201", "AAE116": "1", "AAE009": NAME, "AAE010": f"{_ACCOUNT}{self.count}",
            "AAB301": NORTH, **cells,
        })  # fmt: skip
        return entitlement

    def payment(
        self, person: str, entitlement: str, scheme: str, amount: str, month: str = MARCH, **cells: object
    ) -> str:
        """Add a payment of a month; return its id."""
        payment = self.next("Z")
        self.add("AC82", {
            "AAZ220": payment, "AAZ257": entitlement, "AAC001": person, "AAE140": scheme,
            "AAE002": code(month), "AAE003": code(month), "AAE019": amount,
            "AAE010": f"{_ACCOUNT}{self.count}", "AAE145": "1", "AAE117": 1, **cells,
        })  # fmt: skip
        return payment


def add_corners(before: Tables, later: Tables) -> list[dict[str, str]]:
    """Add the corners of every rule to both batches; return the events of the registry among them."""
    corners = Corners(before, later)
    for add in (
        _contribute_without_enrolment, _write_a_name_otherwise, _handle_after_the_month, _retire_elsewhere,
        _pay_two_schemes_alike, _pay_cents_above_the_allowance, _pay_one_of_three_twice,
        _issue_after_the_month, _pay_nothing_first, _rewrite_what_was_nothing, _pay_twice_and_name_nobody,
        _entitle_without_a_key, _pay_a_stranger,
        _allow_in_a_payment_of_the_pension,
    ):  # fmt: skip
        add(corners)
    return corners.events


def _contribute_without_enrolment(corners: Corners) -> None:
    dead = corners.person()
    number = str(corners.later["AC01"][-1]["AAC002"])
    corners.contribution(dead, MARCH)
    corners.events.append({
        "source": "police", "source_event_id": "DQ1", "event_type": "create", "name": NAME,
        "id_number": number, "category": "01", "death_date": "20240115", "precision": "D",
    })  # fmt: skip
    enrolled = corners.person()
    same = corners.person(number=str(corners.later["AC01"][-1]["AAC002"]))
    corners.add("AC02", {
        "AAZ159": corners.next("N"), "AAC001": enrolled, "AAE140": "110", "AAC008": "1", "AAC066": "12",
        "AAC030": "20200101", "AAC049": "202001", "AAB301": NORTH,
    })  # fmt: skip
    for month in (MARCH, APRIL):
        corners.contribution(enrolled, month)
        corners.contribution(same, month)


def _write_a_name_otherwise(corners: Corners) -> None:
    """Change account and status with a name: to another, to another writing, around an unknown sign."""
    for name, former in ((NAME, "赵一曼"), (NAME, "歐陽 娜"), ("王?", "王？")):
        handled = {"AAE036": _IN_JUNE, "AAE011": "H1"}
        person = corners.person(AAC003=name, before={"AAC003": former}, **handled)
        corners.entitlement(person, "110", AAE116="2", **handled)
        corners.before["AC60"][-1] |= {"AAE010": "62229999", "AAE116": "1"}
    corners.person(AAC003="刘？强", before={"AAC003": "刘?强", "AAC002": number18("19770304", 1)})


def _handle_after_the_month(corners: Corners) -> None:
    corners.add("AC01", {
        "AAC001": corners.next("P"), "AAC002": number18(BIRTH, 900), "AAC003": NAME, "AAC004": "2",
        "AAC006": BIRTH, "AAC058": "01", "AAC060": "1", "AAB301": NORTH, "AAE036": f"{code(AFTER)}15",
        "AAE011": "H1", "YAE016": "H1",
    }, is_new=True)  # fmt: skip


def _retire_elsewhere(corners: Corners) -> None:
    """Pay kind 01 of a scheme without pensions, twice over and twice as much."""
    person = corners.person()
    for _ in range(2):
        entitlement = corners.entitlement(person, "410")
        for month, amount in ((MARCH, "100.00"), (APRIL, "200.00")):
            corners.payment(person, entitlement, "410", amount, month)


def _pay_two_schemes_alike(corners: Corners) -> None:
    person = corners.person()
    for scheme in ("110", "120"):
        corners.payment(person, corners.entitlement(person, scheme), scheme, "900.00")


def _pay_cents_above_the_allowance(corners: Corners) -> None:
    for allowance in ("0.01", "0.02"):
        person = corners.person()
        injured = corners.entitlement(person, "410", "41")
        corners.add("AC61", {
            "AAZ257": injured, "AAA036": "401", "AAE041": "202201", "AAE042": None, "AAE019": "1000.00",
        })  # fmt: skip
        payment = corners.payment(person, injured, "410", allowance)
        corners.add("AC83", {"AAZ220": payment, "AAA036": "401", "AAE019": allowance})
        corners.payment(person, corners.entitlement(person, "110"), "110", "1000.00")


def _pay_one_of_three_twice(corners: Corners) -> None:
    for times in (1, 1, 2):
        person = corners.person()
        entitlement = corners.entitlement(person, "110")
        for place in range(times):
            amount = f"{900 + place}.00"
            corners.payment(person, entitlement, "110", amount, AAE010=f"{_ACCOUNT}000")


def _pay_twice_and_name_nobody(corners: Corners) -> None:
    for named in ({"AAC001": None}, {"AAE140": "9"}, {}):
        person = corners.person()
        entitlement = corners.entitlement(person, "110")
        corners.payment(person, entitlement, "110", "800.00", **named)
        corners.payment(person, entitlement, "110", "800.00")
    entitlement = corners.entitlement(corners.person(), "110")
    for _ in range(2):
        corners.payment("", entitlement, "110", "800.00", AAC001=None)


def _pay_a_stranger(corners: Corners) -> None:
    entitlement = corners.entitlement(corners.person(), "110")
    corners.payment("STRANGER", entitlement, "110", "850.00", AAE145="9")
    corners.payment("STRANGER", entitlement, "110", "850.01", AAE117=2)


def _allow_in_a_payment_of_the_pension(corners: Corners) -> None:
    person = corners.person()
    payment = corners.payment(person, corners.entitlement(person, "110"), "110", "1000.00")
    for item, amount in (("101", "600.00"), ("401", "400.00")):
        corners.add("AC83", {"AAZ220": payment, "AAA036": item, "AAE019": amount})


def _entitle_without_a_key(corners: Corners) -> None:
    for is_entitled in (True, False):
        person = corners.person(AAC006="19500303")
        corners.add("AC50", {"AAC001": person, "AAE140": "110", "AAE240": "0.00", "AAE201": 480})
        if is_entitled:
            corners.entitlement(person, "110", AAZ257=None)


def _issue_after_the_month(corners: Corners) -> None:
    person = corners.person()
    entitlement = corners.entitlement(person, "110")
    corners.payment(person, entitlement, "110", "900.00", AAE117=2)
    corners.payment(person, entitlement, "110", "900.00", AAE002=code(AFTER))


def _pay_nothing_first(corners: Corners) -> None:
    person = corners.person()
    entitlement = corners.entitlement(person, "110")
    corners.payment(person, entitlement, "110", "0.00")
    corners.payment(person, entitlement, "110", "500.00", APRIL)


def _rewrite_what_was_nothing(corners: Corners) -> None:
    """Change name and number where the number is the same, or one of both stood for nothing."""
    number = number18(BIRTH, 901)
    other = {"AAC003": "赵一曼", "AAC002": number18("19770304", 2)}
    corners.person(number=number, before=other | {"AAC002": number15(number)})
    corners.person(AAC003="不详", before=other)
    for stub in ("19000101", "9" * 15):
        corners.person(number=stub, before=other)
