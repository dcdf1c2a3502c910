"""The four-way statements (R7) of a month, laid out in one language: one sheet per fiscal division."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from reporting.documents.document import CENTRED, COUNT, MONEY, TEXT, TableCell
from reporting.formatting import NOTHING, counted, figure
from reporting.snapshot.statements import NOT_RECEIVED, FourWayItem, FourWayStep, Statements
from reporting.statements.texts import FOUR_WAY_TEXTS, FourWayTexts
from reporting.texts import month_in_words

CODE = "R7"
AGENCY, TREASURY, FISCAL = "agency", "treasury", "fiscal_account"
# Steps by the party on their right, in the order of the form, and what their columns are parts of.
STEPS = {AGENCY: ("timing", "late_fee"), TREASURY: ("timing",), FISCAL: ("timing",)}
_EXPLAINED = frozenset({"timing", "late_fee"})
_MARK = "▲ "
# Parties in the order of their columns: the step and side each is read from.
_PARTIES = ((AGENCY, "b"), (AGENCY, "a"), (TREASURY, "b"), (FISCAL, "b"))
_ROW_PARTIES = ("agency", "tax", "treasury", "fiscal_account")


@dataclass(frozen=True)
class FourWaySheet:
    """One fiscal division ready to be drawn: a row per scheme, the last the whole; then all items."""

    division: str
    head: tuple[tuple[str, str], ...]
    rows: tuple[tuple[TableCell, ...], ...]
    details: tuple[tuple[TableCell, ...], ...]
    amounts: tuple[Decimal, ...]


@dataclass(frozen=True)
class FourWaySheets:
    """All fiscal divisions of a month."""

    month: str
    title: str
    sheets: tuple[FourWaySheet, ...]
    texts: FourWayTexts


@dataclass(frozen=True)
class _Row:
    """The figures of a scheme, or of all; None where a party was not received."""

    parties: tuple[Decimal | None, ...]
    steps: Mapping[str, Decimal | None]
    parts: Mapping[tuple[str, str], Decimal | None]
    rest: Mapping[str, tuple[Decimal, ...]]

    @property
    def unexplained(self) -> Decimal:
        """What neither transit nor late fees explain, as a sum over the steps."""
        return sum((sum(amounts, Decimal(0)) for amounts in self.rest.values()), Decimal("0.00"))

    @property
    def is_offset(self) -> bool:
        """Whether plus and minus hide one another in it."""
        every = [amount for amounts in self.rest.values() for amount in amounts]
        return abs(self.unexplained) != sum(map(abs, every), Decimal(0))


def lay_out(statements: Statements, *, month: str, language: str) -> FourWaySheets:
    """Lay out the sheets of all fiscal divisions."""
    words = FOUR_WAY_TEXTS[language]
    names = {
        named.code: named.name_zh if language == "zh" else named.name_en
        for named in (*statements.divisions, *statements.schemes)
    }
    return FourWaySheets(
        month=month,
        title=words.title,
        sheets=tuple(
            _sheet(division, list(steps), month=month, words=words, names=names)
            for division, steps in groupby(statements.steps, key=lambda step: step.division)
        ),
        texts=words,
    )


def _sheet(
    division: str, steps: Sequence[FourWayStep], *, month: str, words: FourWayTexts, names: Mapping[str, str]
) -> FourWaySheet:
    by_scheme = {
        scheme: _row({_step_of(step): step for step in of_scheme})
        for scheme, of_scheme in groupby(steps, key=lambda step: step.scheme)
    }
    rows = [_cells(names.get(scheme, scheme), row, words) for scheme, row in by_scheme.items()]
    items = _ordered(steps)
    values = (names.get(division, division), month_in_words(month, words.language))
    return FourWaySheet(
        division=division,
        head=tuple(zip(words.head, values, strict=True)),
        rows=(*rows, _cells(words.whole, _total(by_scheme.values()), words, is_whole=True)),
        details=tuple(
            _detail(number, step, item, words, names) for number, (step, item) in enumerate(items, 1)
        ),
        amounts=tuple(item.amount for _, item in items),
    )


def _step_of(step: FourWayStep) -> str:
    """Return which step of the form a row is, by the party on its right."""
    return step.party_b


def _row(steps: Mapping[str, FourWayStep]) -> _Row:
    parties = [_amount(steps.get(name), side) for name, side in _PARTIES]
    parts: dict[tuple[str, str], Decimal | None] = {}
    rest: dict[str, tuple[Decimal, ...]] = {}
    for name, kinds in STEPS.items():
        step = steps.get(name)
        is_received = step is not None and step.status != NOT_RECEIVED
        items = step.items if step is not None else ()
        for kind in kinds:
            explained = sum((item.amount for item in items if item.kind == kind), Decimal("0.00"))
            parts[name, kind] = explained if is_received else None
        rest[name] = _rest(step) if step is not None and is_received else ()
    return _Row(
        parties=tuple(parties),
        steps={name: step.difference if (step := steps.get(name)) else None for name in STEPS},
        parts=parts,
        rest=rest,
    )


def _amount(step: FourWayStep | None, side: str) -> Decimal | None:
    if step is None:
        return None
    return step.amount_a if side == "a" else step.amount_b


def _rest(step: FourWayStep) -> tuple[Decimal, ...]:
    """Return what the columns of a step do not explain: its other items, and what no item explains."""
    explaining = STEPS[_step_of(step)]
    amounts = [item.amount for item in step.items if item.kind not in explaining]
    left = (step.difference or Decimal(0)) - sum((item.amount for item in step.items), Decimal(0))
    return (*amounts, *((left,) if left else ()))


def _total(rows: Iterable[_Row]) -> _Row:
    """Return the sums; a sum of which a part was not received is none."""
    every = list(rows)
    return _Row(
        parties=tuple(_sum(column) for column in zip(*(row.parties for row in every), strict=True)),
        steps={name: _sum(row.steps[name] for row in every) for name in STEPS},
        parts={key: _sum(row.parts[key] for row in every) for key in every[0].parts},
        rest={name: tuple(amount for row in every for amount in row.rest[name]) for name in STEPS},
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    parts = list(amounts)
    return None if None in parts else sum((amount or Decimal(0) for amount in parts), Decimal("0.00"))


def _cells(name: str, row: _Row, words: FourWayTexts, *, is_whole: bool = False) -> tuple[TableCell, ...]:
    missing = words.incomplete if is_whole else words.not_received
    parties = (_money(amount, missing) for amount in row.parties)
    steps = (
        _money(amount, NOTHING)
        for step, kinds in STEPS.items()
        for amount in (row.steps[step], *(row.parts[step, kind] for kind in kinds))
    )
    return (
        TableCell(name), *parties, *steps, _unexplained(row), TableCell(_remarks(row, missing, words)),
    )  # fmt: skip


def _unexplained(row: _Row) -> TableCell:
    """Return the cell of what is not explained; a mark tells a sum that hides plus and minus."""
    if all(amount is None for amount in row.steps.values()):
        return TableCell(NOTHING, MONEY)
    shown = figure(row.unexplained, "yuan")
    return TableCell(f"{_MARK if row.is_offset else ''}{shown}", MONEY, row.unexplained)


def _remarks(row: _Row, missing: str, words: FourWayTexts) -> str:
    comma = "、" if words.language == "zh" else ", "
    lacking = comma.join(
        words.parties[party]
        for party, amount in zip(_ROW_PARTIES, row.parties, strict=True)
        if amount is None
    )
    remarks = [words.missing.format(parties=lacking, missing=missing)] if lacking else []
    remarks += [_remark(step, amounts, words) for step, amounts in row.rest.items() if amounts]
    received = [amount for amount in row.steps.values() if amount is not None]
    if received and not any(row.rest.values()):
        is_moved = any(received) or any(row.parts.values())
        remarks.append(words.explained if is_moved else words.agrees)
    return words.semicolon.join(remarks)


def _remark(step: str, amounts: Sequence[Decimal], words: FourWayTexts) -> str:
    whole = sum(amounts, Decimal(0))
    remark = words.unexplained.format(
        step=words.steps[step], count=counted(len(amounts)), amount=figure(whole, "yuan")
    )
    plus = sum((amount for amount in amounts if amount > 0), Decimal(0))
    if plus and plus != whole:
        remark += words.offsetting.format(plus=figure(plus, "yuan"), minus=figure(plus - whole, "yuan"))
    return remark


def _ordered(steps: Iterable[FourWayStep]) -> list[tuple[FourWayStep, FourWayItem]]:
    """Return all items: by scheme and step, what is not explained first, then by day."""
    places = {name: place for place, name in enumerate(STEPS)}
    return sorted(
        ((step, item) for step in steps for item in step.items),
        key=lambda pair: (
            pair[0].scheme, places[_step_of(pair[0])], pair[1].kind in _EXPLAINED,
            pair[1].booked_on.isoformat() if pair[1].booked_on else "", pair[1].reference or "",
            pair[1].amount,
        ),
    )  # fmt: skip


def _detail(
    number: int, step: FourWayStep, item: FourWayItem, words: FourWayTexts, names: Mapping[str, str]
) -> tuple[TableCell, ...]:
    return (
        TableCell(str(number), CENTRED),
        TableCell(names.get(step.scheme, step.scheme)),
        TableCell(words.steps[_step_of(step)], CENTRED),
        TableCell(item.booked_on.isoformat() if item.booked_on else NOTHING, CENTRED),
        TableCell(item.reference or NOTHING),
        TableCell(item.payer or NOTHING),
        _money(item.amount, NOTHING),
        TableCell(NOTHING, COUNT)
        if item.age_days is None
        else TableCell(str(item.age_days), COUNT, Decimal(item.age_days)),
        TableCell(words.kinds.get(item.kind, item.kind), TEXT),
    )


def _money(amount: Decimal | None, missing: str) -> TableCell:
    return TableCell(missing, MONEY) if amount is None else TableCell(figure(amount, "yuan"), MONEY, amount)
