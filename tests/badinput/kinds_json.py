"""What is wrong, or odd but legal, with the structure of JSON lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.badinput.model import Line, Piece
from tests.badinput.registry import kind, register
from tests.badinput.writing import Sample

JSON = ("death-certificate-jsonl/1",)


def _record(of: Sample, number: int = 2) -> dict[str, Any]:
    cells = of.line(number).cells
    deceased = {"name": cells["name"], "sex": "1", "idType": "01", "idNumber": cells["id_number"],
                "birthDate": "1941-02-03"}  # fmt: skip
    death = {"date": "2024-06-01", "precision": "D", "place": cells["place"]}
    return {
        "id": cells["source_event_id"], "action": "create", "deceased": deceased, "death": death,
        "registeredOn": "2024-06-03", "certificateNo": "2", "division": of.division,
    }  # fmt: skip


def _with(of: Sample, line: Line, *, normalised: bool | None = False) -> Piece:
    return of.file([of.line(1), line, of.line(3)], normalised=normalised)


_NO_OBJECT = {
    "an array": "[1, 2]", "a number": "7", "a text": '"x"', "null": "null", "true": "true", "no JSON": "{",
    "single quotes": "{'id': 1}", "a comment": "{} // x", "a comma at the end": '{"id": "1",}',
    "two objects": "{} {}", "unquoted keys": "{id: 1}", "deep arrays": "[" * 200_000,
    "deep objects": '{"a":' * 100_000, "deep and closed": "[" * 100_000 + "]" * 100_000,
    "a bare control character": '{"id": "a\x01"}', "a lone brace": "}", "XML": "<id>1</id>",
}  # fmt: skip
for _title, _text in _NO_OBJECT.items():
    register(
        "C01", f"a line that is no object: {_title}", JSON,
        lambda of, text=_text: _with(of, of.line(2).written(text).refused("WRONG_FIELD_COUNT")),
    )  # fmt: skip


def _changed(of: Sample, change: Callable[[dict[str, Any]], Any], **cells: str | None) -> Line:
    record = _record(of)
    change(record)
    return of.line(2).given(**cells).written(json.dumps(record, ensure_ascii=False))


_MISSING: dict[str, tuple[str, ...]] = {
    "id": ("id",), "action": ("action",), "name": ("deceased", "name"), "date": ("death", "date"),
    "deceased": ("deceased",), "death": ("death",),
}  # fmt: skip
for _title, _path in _MISSING.items():

    def _absent(of: Sample, path: tuple[str, ...] = _path) -> Piece:
        def drop(record: dict[str, Any]) -> None:
            inside = record if len(path) == 1 else record[path[0]]
            del inside[path[-1]]

        return _with(of, _changed(of, drop).refused("MISSING_REQUIRED"))

    def _null(of: Sample, path: tuple[str, ...] = _path) -> Piece:
        def empty(record: dict[str, Any]) -> None:
            inside = record if len(path) == 1 else record[path[0]]
            inside[path[-1]] = None

        return _with(of, _changed(of, empty).refused("MISSING_REQUIRED"))

    register("C16", f"the key {_title} is absent", JSON, _absent)
    register("C16", f"the key {_title} is null", JSON, _null)


@kind("C06", "optional keys are absent", JSON)
def _optional(of: Sample) -> Piece:
    def drop(record: dict[str, Any]) -> None:
        del record["certificateNo"], record["deceased"]["idNumber"], record["death"]["precision"]

    return _with(of, _changed(of, drop, certificate_no=None, id_number=None))


@kind("C05", "a key the format does not know", JSON)
def _unknown(of: Sample) -> Piece:
    return _with(of, _changed(of, lambda record: record.update(remark="x")), normalised=True)


@kind("C04", "keys in another order", JSON)
def _order(of: Sample) -> Piece:
    turned = dict(reversed(_record(of).items()))
    return _with(of, of.line(2).written(json.dumps(turned)), normalised=None)


@kind("C13", "characters written as escapes", JSON)
def _escaped(of: Sample) -> Piece:
    return _with(of, of.line(2).written(json.dumps(_record(of), ensure_ascii=True)))


_SPOILT = {"half a surrogate pair": "甲\ud800", "the other half": "\udc00甲", "NUL": "甲\x00乙"}
for _title, _name in _SPOILT.items():

    def _unholdable(of: Sample, name: str = _name) -> Piece:
        record = _record(of)
        record["deceased"]["name"] = name
        return _with(of, of.line(2).written(json.dumps(record)).refused("*"))

    register("C12", f"a name with {_title} as an escape", JSON, _unholdable)

_VALUES = {
    "an object": {"a": 1}, "a list": ["2024-06-01"], "a number": 20240631, "true": True, "a fraction": 1.5,
}  # fmt: skip
for _title, _value in _VALUES.items():

    def _typed(of: Sample, value: object = _value) -> Piece:
        record = _record(of)
        record["death"]["date"] = value
        return _with(of, of.line(2).written(json.dumps(record)).refused("*"))

    register("C32", f"a date of death that is {_title}", JSON, _typed)

_NUMBERS = {"not a number": "NaN", "infinite": "Infinity", "of ten thousand digits": "9" * 10_000,
            "with a huge exponent": "1e999999"}  # fmt: skip
for _title, _text in _NUMBERS.items():

    def _number(of: Sample, text: str = _text) -> Piece:
        whole = json.dumps(_record(of)).replace('"2024-06-01"', text)
        return _with(of, of.line(2).written(whole).refused("*"))

    register("C37", f"a date of death {_title}", JSON, _number)


@kind("C07", "a key named twice", JSON)
def _twice(of: Sample) -> Piece:
    whole = json.dumps(_record(of)).replace('"sex"', '"name": "x", "sex"')
    return _with(of, of.line(2).written(whole).refused("WRONG_FIELD_COUNT"))


@kind("C32", "numbers for digits", JSON)
def _digits(of: Sample) -> Piece:
    record = _record(of)
    record["deceased"] |= {"birthDate": 19410203, "idNumber": 123456789012345678}
    record["death"]["date"] = 20240601
    line = of.line(2).given(birth_date="19410203", id_number="123456789012345678", death_date="20240601")
    return _with(of, replace(line, text=json.dumps(record), landed=of.layout.lands(line.cells)
                             | {"death_date_precision": "D"}))  # fmt: skip


@kind("C15", "a line of more than a mebibyte", JSON)
def _long(of: Sample) -> Piece:
    record = _record(of)
    record["deceased"]["name"] = "长" * 400_000
    text = json.dumps(record, ensure_ascii=False)
    return _with(of, of.line(2).written(text).refused("TOO_LONG"))


@kind("C11", "lines end in CR LF", JSON)
def _crlf(of: Sample) -> Piece:
    return of.file(eol="\r\n", normalised=True)


@kind("C11", "no line break at the end", JSON)
def _endless(of: Sample) -> Piece:
    return of.file(ends=False)


@kind("C11", "blank lines at the end", JSON)
def _blank(of: Sample) -> Piece:
    good = of.file(normalised=None)
    return good.holds(good.content + b"\n\n")


@kind("C09", "objects over several lines", JSON)
def _pretty(of: Sample) -> Piece:
    text = "\n".join(json.dumps(_record(of, number), indent=2) for number in (1, 2, 3))
    return of.file().holds(text.encode() + b"\n").rejected("ROWS_MISMATCH")


@kind("C09", "one array instead of lines", JSON)
def _array(of: Sample) -> Piece:
    text = json.dumps([_record(of, number) for number in (1, 2, 3)])
    return of.file().holds(text.encode() + b"\n").rejected("ROWS_MISMATCH")


@kind("F02", "no bytes and no rows declared", JSON)
def _nothing(of: Sample) -> Piece:
    return of.file([], ends=False)


@kind("C39", "a precision that is no code", JSON)
def _precision(of: Sample) -> Piece:
    return of.file([of.line(1), of.line(2).given(precision="X").refused("BAD_CODE"), of.line(3)])
