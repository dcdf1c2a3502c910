"""Faults planted in AB02, AB07, AC50, YC01 and YC02, none of which changes what anybody paid."""

from __future__ import annotations

import numpy as np

from simulator import clock
from simulator.entities.collection import UnitDues
from simulator.entities.employers import Employers
from simulator.faults.planting import Planting
from simulator.history import History
from simulator.span import Span
from simulator.truth import Truth

_UNKNOWN_EMPLOYER = 2306_9996_0001
_UNKNOWN_PERSON = 2306_9995_0001
_YUAN = 100


def plant_scheme_faults(span: Span, firms: Employers, history: History, truth: Truth) -> None:
    """Plant in AB02: a status that is no code, and rows of employers nobody knows."""
    firm = np.repeat(np.arange(firms.count), len(history.since) // firms.count)
    plants = Planting(
        span, history, truth, ("AAB001", "AAE140"), firms.county[firm], firms.in_good_standing()[firm]
    )
    for place, row in enumerate(plants.draw(0.01)):
        plants.put("AB02-1", row, "AAB051", ("9", "参保")[place % 2])
    for row in plants.draw(0.005):
        plants.pretend("AB02-1", row, "AAB051", " １", why="blanks and full-width digits fold to ASCII")
    like = plants.draw(0.002)
    unknown = [str(_UNKNOWN_EMPLOYER + place) for place in range(len(like))]
    for row in plants.append(like, AAB001=unknown):
        truth.plant("AB02-1", **plants.item(row, is_placed=False))


def plant_unit_faults(span: Span, firms: Employers, dues: UnitDues, history: History, truth: Truth) -> None:
    """Plant in AB07: less due than was paid, and no day of arrival; what was paid stays as it was."""
    key = ("AAB001", "AAE140", "AAE003")
    plants = Planting(span, history, truth, key, firms.county[dues.employer], dues.has_arrived.copy())
    ample = np.asarray(dues.due) > 100 * _YUAN
    for row in plants.draw(0.004, among=ample):
        plants.put("AB07-1", row, "AAE020", int(dues.due[row]) - 5 * _YUAN)
    for row in plants.draw(0.004):
        plants.put("AB07-1", row, "AAB191", None)
    for row in plants.draw(0.002, among=ample):
        plants.pretend("AB07-1", row, "AAE020", int(dues.due[row]) - 1, why="a cent of rounding")


def plant_account_faults(
    span: Span, holder: np.ndarray, county: np.ndarray, settled: np.ndarray, history: History, truth: Truth
) -> None:
    """Plant in AC50: balances below zero, and accounts of persons nobody knows.

    ``holder`` is the person of each account, ``county`` and ``settled`` are by person: accounts of those who
    pay no more are as they are.
    """
    plants = Planting(span, history, truth, ("AAC001", "AAE140"), county[holder], settled[holder])
    for place, row in enumerate(plants.draw(0.003)):
        plants.put("AC50-1", row, "AAE240", (-1, -250 * _YUAN)[place % 2])
    for row in plants.draw(0.001):
        plants.pretend("AC50-1", row, "AAE240", 0, why="paid out to the last cent")
    like = plants.draw(0.001)
    unknown = [str(_UNKNOWN_PERSON + place) for place in range(len(like))]
    for row in plants.append(like, AAC001=unknown):
        truth.plant("AC50-1", **plants.item(row, is_placed=False))


def plant_claims(
    span: Span, history: History, ids: np.ndarray, county: np.ndarray, steady: np.ndarray, truth: Truth
) -> None:
    """Add rows to YC01, one of each kind per county, of pensioners who are ``steady``."""
    plants = _on_new_rows(span, history, ("AAC001", "AAE140", "AAE041"), truth)
    start, amount = span.first - 9, 3_600 * _YUAN
    ways = (
        {"AAE058": amount + 1},
        {"AAE042": clock.month_code(start - 1)},
        {"AAE019": 0, "AAE058": None},
        {"AAC001": None},
    )
    decoys = (({"AAE058": amount}, "all of it recovered"), ({"AAE058": None}, "nothing recovered yet"))
    variants = [*((way, None) for way in ways), *decoys]
    for (changed, why), person in _spread(variants, county, steady, plants.rng):
        cells = {
            "AAC001": ids[person], "AAE140": "110", "AAE041": clock.month_code(start),
            "AAE042": clock.month_code(start + 2), "AAE019": amount, "AAE058": amount // 2, **changed,
        }  # fmt: skip
        _add_row(plants, "YC01-1", cells, int(county[person]), why)


def plant_transfers(
    span: Span, history: History, ids: np.ndarray, county: np.ndarray, steady: np.ndarray, truth: Truth
) -> None:
    """Add rows to YC02, one of each kind per county, of workers who are ``steady``."""
    plants = _on_new_rows(span, history, ("AAC001", "AAE140", "YAE001", "AAE003"), truth)
    ways = ({"AAE019": -1}, {"YAE001": "迁出"}, {"AAC001": None})
    decoys = (
        ({"AAE019": 0}, "months move without money"),
        ({"YAE001": " ｏｕｔ"}, "full width folds to ASCII"),
    )
    variants = [*((way, None) for way in ways), *decoys]
    for (changed, why), person in _spread(variants, county, steady, plants.rng):
        cells = {
            "AAC001": ids[person], "AAE140": "110", "YAE001": "in", "AAE003": clock.month_code(span.first),
            "YAB301": "230100", "AAE019": 9_000 * _YUAN, **changed,
        }  # fmt: skip
        _add_row(plants, "YC02-1", cells, int(county[person]), why)


def _on_new_rows(span: Span, history: History, key: tuple[str, ...], truth: Truth) -> Planting:
    nobody = np.zeros(len(history.since), dtype=int)
    return Planting(span, history, truth, key, nobody, np.zeros(len(nobody), dtype=bool))


def _spread(
    variants: list[tuple[dict, str | None]], county: np.ndarray, steady: np.ndarray, rng: np.random.Generator
) -> list[tuple[tuple[dict, str | None], int]]:
    """Give each variant a person of its own in every county that has enough of them."""
    pairs: list[tuple[tuple[dict, str | None], int]] = []
    for place in np.unique(county).tolist():
        pool = np.flatnonzero(steady & (county == place))
        chosen = rng.choice(pool, size=min(len(variants), len(pool)), replace=False).tolist()
        pairs += zip(variants, chosen, strict=False)
    return pairs


def _add_row(plants: Planting, rule: str, cells: dict[str, object], county: int, why: str | None) -> None:
    """Add a row of the first month and record it; a row without a person gets one nobody knows."""
    is_known = cells["AAC001"] is not None
    if not is_known:
        cells["AAC001"] = str(_UNKNOWN_PERSON + 5000 + len(plants.history.since))
    cells["AAE036"] = str(clock.day_in(plants.span.first, 20))
    (row,) = plants.append([0], **{name: [value] for name, value in cells.items()})
    plants.history.since[row], plants.county[row] = 0, county
    if why is None:
        plants.truth.plant(rule, **plants.item(row, is_placed=is_known))
    else:
        plants.truth.decoy(rule, why=why, **plants.item(row))
