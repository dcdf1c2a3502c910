"""What depends on other files: repeats, replacements, slots, sequences, months."""

from __future__ import annotations

from tests.badinput.kinds_manifest import ONE_OF_EACH
from tests.badinput.model import NEXT_MONTH, UNKNOWN_SHA, Piece
from tests.badinput.registry import kind
from tests.badinput.writing import Sample


def _other(of: Sample, start: int = 50) -> Piece:
    """Return a good file with records of its own."""
    return of.file([of.line(start), of.line(start + 1)], name=f"{start}.txt")


@kind("F17", "the same file under another name", ONE_OF_EACH)
def _renamed(of: Sample) -> list[Piece]:
    return [of.file(), of.file().named("z.txt").ends("duplicate", "DUPLICATE_FILE")]


@kind("F18", "the same bytes in another slot", ONE_OF_EACH)
def _moved(of: Sample) -> list[Piece]:
    moved = of.file(sequence=2, month="2024-05").named("z.txt")
    return [of.file(month="2024-04"), moved.ends("duplicate", "DUPLICATE_FILE")]


@kind("F18", "the same bytes as a rejected file", ONE_OF_EACH)
def _after_rejection(of: Sample) -> list[Piece]:
    return [of.file().declares(rows=9).rejected("ROWS_MISMATCH"), of.file().named("z.txt")]


@kind("F18", "the same bytes as a held file", ONE_OF_EACH)
def _after_hold(of: Sample) -> list[Piece]:
    lines = [line.given(**{of.layout.required[0]: ""}) for line in of.good()]
    held = of.file(lines).ends("held", "TOO_MANY_REFUSED")
    again = of.file(lines, sequence=2).named("z.txt")
    return [held, again.ends("duplicate", "DUPLICATE_FILE")]


@kind("F19", "other bytes in a taken slot", ONE_OF_EACH)
def _taken(of: Sample) -> list[Piece]:
    return [of.file(), _other(of).rejected("SLOT_TAKEN")]


@kind("F19", "the slot of a rejected file is free", ONE_OF_EACH)
def _freed(of: Sample) -> list[Piece]:
    return [of.file().declares(rows=9).rejected("ROWS_MISMATCH"), _other(of)]


@kind("F20", "replaces the loaded file", ONE_OF_EACH)
def _replaced(of: Sample) -> list[Piece]:
    first = of.file()
    return [first.superseded(), _other(of).declares(replaces=first.sha256)]


@kind("F20", "a refused replacement leaves the older one loaded", ONE_OF_EACH)
def _bad_replacement(of: Sample) -> list[Piece]:
    first = of.file()
    return [first, _other(of).declares(replaces=first.sha256, rows=9).rejected("ROWS_MISMATCH")]


@kind("F21", "replaces a file nobody knows", ONE_OF_EACH)
def _replaces_unknown(of: Sample) -> Piece:
    return of.file(replaces=UNKNOWN_SHA).rejected("REPLACES_UNKNOWN")


@kind("F21", "replaces itself", ONE_OF_EACH)
def _replaces_itself(of: Sample) -> Piece:
    good = of.file()
    return good.declares(replaces=good.sha256).rejected("REPLACES_UNKNOWN")


@kind("F22", "a chain of replacements", ONE_OF_EACH)
def _chain(of: Sample) -> list[Piece]:
    first, second, third = of.file(), _other(of, 50), _other(of, 60)
    return [
        first.superseded(),
        second.declares(replaces=first.sha256).superseded(),
        third.declares(replaces=second.sha256),
    ]


@kind("F22", "two files replace the same one", ONE_OF_EACH)
def _twice_replaced(of: Sample) -> list[Piece]:
    first, second, third = of.file(), _other(of, 50), _other(of, 60)
    return [
        first.superseded(),
        second.declares(replaces=first.sha256),
        third.declares(replaces=first.sha256).rejected("REPLACES_UNKNOWN"),
    ]


@kind("F23", "a sequence is missing", ONE_OF_EACH)
def _gap(of: Sample) -> list[Piece]:
    ends = ("held", "SEQUENCE_GAP")
    return [of.file(sequence=2).ends(*ends), _other(of).declares(sequence=3).ends(*ends)]


@kind("F23", "the sequence before was rejected", ONE_OF_EACH)
def _gap_behind_rejection(of: Sample) -> list[Piece]:
    first = of.file().declares(rows=9).rejected("ROWS_MISMATCH")
    return [first, _other(of).declares(sequence=2).ends("held", "SEQUENCE_GAP")]


@kind("F23", "the sequence before is held for release", ONE_OF_EACH)
def _behind_release(of: Sample) -> list[Piece]:
    lines = [line.given(**{of.layout.required[0]: ""}) for line in of.good()]
    return [of.file(lines).ends("held", "TOO_MANY_REFUSED"), _other(of).declares(sequence=2)]


@kind("F23", "sequences arrive whole whatever their names", ONE_OF_EACH)
def _sequences(of: Sample) -> list[Piece]:
    return [of.file(sequence=2).named("a.txt"), _other(of).declares(sequence=1).named("b.txt")]


@kind("F24", "a file of an old month", ONE_OF_EACH)
def _old(of: Sample) -> Piece:
    return of.file(month="1998-01")


@kind("F24", "a file of a month before any is run", ONE_OF_EACH)
def _before(of: Sample) -> Piece:
    return of.file(month="1989-12")


@kind("F25", "a file of a month to come", ONE_OF_EACH)
def _future(of: Sample) -> Piece:
    return of.file(month=NEXT_MONTH).ends("held", "FUTURE_MONTH")


@kind("F25", "a file of the year 9999", ONE_OF_EACH)
def _far_future(of: Sample) -> Piece:
    return of.file(month="9999-12").ends("held", "FUTURE_MONTH")


@kind("F26", "division of the rows differs from the manifest", ("tax-voucher-csv/1", "cremation-csv/1"))
def _other_division(of: Sample) -> Piece:
    return of.file([line.given(division="230604") for line in of.good()])
