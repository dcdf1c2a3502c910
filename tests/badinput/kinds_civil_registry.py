"""What goes wrong with reports of deaths; what only a match or a person can detect loads as it is."""

from __future__ import annotations

from dataclasses import replace

from tests.badinput.model import CANARY, Line, Piece
from tests.badinput.registry import kind, register
from tests.badinput.writing import Sample

CSV, FIXED, JSON = ("cremation-csv/1",), ("police-fixed/1",), ("death-certificate-jsonl/1",)
ALL = CSV + FIXED + JSON
WIDE = CSV + JSON
CORRECT = {"police-fixed/1": "U"}
REVOKE = {"police-fixed/1": "R"}


def _around(of: Sample, *odd: Line) -> Piece:
    return of.file([of.line(1), *odd, of.line(99)])


def _lands(of: Sample, line: Line, **landed: str | None) -> Line:
    """Return the line with what lands otherwise than it is written."""
    return replace(line, landed={**of.layout.lands(line.cells), **landed})


_LOADS = {
    ("R01", "no identity number"): {"id_number": ""},
    ("R01", "neither number nor birth date"): {"id_number": "", "birth_date": ""},
    ("R02", "the number of a living person"): {"id_number": "230602199001010018"},
    ("R02", "a number whose check digit is wrong"): {"id_number": "230602199001010019"},
    ("R04", "death before birth"): {"birth_date": "20200101", "death_date": "19990101"},
    ("R05", "death in the future"): {"death_date": "20300101"},
    ("R05", "death in the year 9999"): {"death_date": "99991231"},
    ("R07", "death twenty years before"): {"death_date": "20040101"},
    ("R07", "death before the year 1000"): {"death_date": "09991231"},
    ("R10", "a child without a name of its own"): {"name": "张三之子", "id_number": "", "sex": ""},
    ("R11", "a hundred and thirty years old"): {"birth_date": "18940101"},
    ("R13", "a name with a middle dot"): {"name": "阿卜杜拉·买买提"},
    ("R13", "a name in Latin letters"): {"name": "Abdulla Memet"},
    ("R13", "a rare surname"): {"name": "㐂𠮷"},
    ("R14", "another sex than the number says"): {"sex": "2", "id_number": "230602194102030017"},
    ("R14", "a sex that is no code"): {"sex": "9"},
    ("R14", "no sex"): {"sex": ""},
    ("R15", "a passport number"): {"id_number": "E12345678"},
    ("R15", "a Hong Kong number"): {"id_number": "A123456(7)"},
    ("R15", "a number of fifteen digits"): {"id_number": "230602410203001"},
    ("R17", "a death reported by another region"): {"division": "440300"},
    ("R17", "no division"): {"division": ""},
    ("C29", "a placeholder for a name"): {"name": "不详"},
    ("C29", "a placeholder for a number"): {"id_number": "0" * 18},
    ("C29", "a birth date of 1900-01-01"): {"birth_date": "19000101"},
}
for (_code, _title), _cells in _LOADS.items():
    register(
        _code, _title, ALL,
        lambda of, cells=_cells: _around(of, of.line(2).given(**cells)),
    )  # fmt: skip

_PARTIAL = {
    "a month": ("2024-06", "M", WIDE), "a year": ("2024", "Y", WIDE),
    "an unknown day": ("20240600", "M", FIXED + JSON), "an unknown month": ("20240000", "Y", FIXED + JSON),
    "a whole date": ("20240601", "D", ALL),
}  # fmt: skip
for _title, (_value, _precision, _formats) in _PARTIAL.items():

    def _partial(of: Sample, value: str = _value, precision: str = _precision) -> Piece:
        odd = of.line(2).given(death_date=value)
        return _around(of, _lands(of, odd, death_date_precision=precision))

    register("R06", f"death known to {_title}", _formats, _partial)

for _title, _value in {"an unknown day": "20240600", "an unknown month": "20240000"}.items():
    register(
        "R06", f"death known to {_title} where no day may be unknown", CSV,
        lambda of, value=_value: _around(of, of.line(2).given(death_date=value).refused("BAD_DATE")),
    )  # fmt: skip


@kind("R06", "a precision coarser than the date", JSON)
def _coarser(of: Sample) -> Piece:
    odd = of.line(2).given(death_date="2024-06-30", precision="M")
    return _around(of, _lands(of, odd, death_date_precision="M"))


@kind("R06", "a precision finer than the date", JSON)
def _finer(of: Sample) -> Piece:
    odd = of.line(2).given(death_date="2024-06", precision="D")
    return _around(of, _lands(of, odd, death_date_precision="M"))


for _number, _value in enumerate(("2024-02-30", "不详", "1941/02/03", "x", "410203", "１９４１"), start=1):

    def _lenient(of: Sample, value: str = _value) -> Piece:
        odd = of.line(2).given(birth_date=value)
        return _around(of, _lands(of, odd, birth_date=None))

    register(
        "C30", f"a birth date that does not parse {_number}",
        [name for name in ALL if name != "police-fixed/1" or len(_value.encode("gb18030")) <= 8], _lenient,
    )  # fmt: skip


def _event(of: Sample, letters: dict[str, str], word: str, number: int) -> Line:
    return of.line(number).given(event_type=letters.get(of.layout.name, word))


@kind("R08", "a revocation of an event of the same file", ALL)
def _revoked(of: Sample) -> Piece:
    return _around(of, of.line(2), _event(of, REVOKE, "revoke", 2))


@kind("R08", "a revocation of an event nobody reported", ALL)
def _orphan_revocation(of: Sample) -> Piece:
    return _around(of, _event(of, REVOKE, "revoke", 55))


@kind("R08", "a correction, a revocation and a new report", ALL)
def _chain(of: Sample) -> Piece:
    corrected = _event(of, CORRECT, "correct", 2).given(death_date="20240602")
    return _around(of, of.line(2), corrected, _event(of, REVOKE, "revoke", 2), of.line(2))


@kind("R08", "a correction in a later sequence", ALL)
def _later(of: Sample) -> list[Piece]:
    correction = _event(of, CORRECT, "correct", 2).given(name=f"{CANARY}四")
    return [of.file(), of.file([correction], sequence=2)]


@kind("R03", "two dates of one death", ALL)
def _two_dates(of: Sample) -> Piece:
    return _around(of, of.line(2), of.line(2).given(death_date="20240605"))


@kind("R12", "twins of one surname and birth date", ALL)
def _twins(of: Sample) -> Piece:
    return _around(of, of.line(2).given(name="王一"), of.line(3).given(name="王二"))


@kind("R16", "the same death in another sequence", ALL)
def _two_registries(of: Sample) -> list[Piece]:
    return [of.file(), of.file([of.line(2).given(certificate_no="9")] if of.layout.name in WIDE
                               else [of.line(2).given(sex="2")], sequence=2)]  # fmt: skip


@kind("R18", "two hundred deaths of one day", ALL)
def _mass(of: Sample) -> Piece:
    return of.file(of.good(200))


@kind("R09", "declared dead by a court", FIXED)
def _court(of: Sample) -> Piece:
    return _around(of, of.line(2).given(category="02"))


@kind("R09", "no category", FIXED)
def _no_category(of: Sample) -> Piece:
    return _around(of, of.line(2).given(category="", registered_on="").refused("MISSING_REQUIRED"))


for _column, _value in {"cremated_on": "2024-06", "birth_date": "1950"}.items():
    register(
        "R06", f"{_column} known to the month or year", CSV,
        lambda of, column=_column, value=_value: _around(of, of.line(2).given(**{column: value})),
    )  # fmt: skip


@kind("C35", "an amount total for a feed without amounts", ALL)
def _needless_total(of: Sample) -> Piece:
    return of.file().declares(amount_total="x").rejected("MANIFEST_INVALID")


for _value in ("CREATE", "新增", "delete"):
    register(
        "C39", f"event type written {ord(_value[0])}", WIDE,
        lambda of, value=_value: _around(of, of.line(2).given(event_type=value).refused("BAD_CODE")),
    )  # fmt: skip
for _value in ("ｃｒｅａｔｅ", " create　"):
    register(
        "C19", f"event type written otherwise {len(_value)}", WIDE,
        lambda of, value=_value: _around(
            of, _lands(of, of.line(2).given(event_type=value), event_type=value)
        ),
    )  # fmt: skip
