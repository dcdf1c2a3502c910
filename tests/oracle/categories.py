"""The accuracy of the monitored categories of rows, by the formula of docs/quality.md."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.oracle.indicators import retired_persons, stock_tallies
from tests.oracle.ledgers import Ledgers, ledgers_of
from tests.oracle.places import Places
from tests.oracle.production import City, city_of
from tests.oracle.rules import judged
from tests.oracle.tally import ALL

Rate = tuple[int, int]


def accuracy(city: City | Path, month: str) -> dict[tuple[str, str, str, str], Rate]:
    """Measure "1 − anomaly rate over the rows of a category".

    Shape: (month, division, ``category:<name>``, accuracy) -> (rows without fault, rows), for every county
           and the city.
    """
    city = city if isinstance(city, City) else city_of(Path(city))
    ledgers = ledgers_of(city.batch(month))
    places = Places(ledgers)
    rates = {}
    for name, parts in _categories(ledgers, month).items():
        for division in places.measured:
            right = every = 0
            for table, belongs in parts.items():
                verdicts = judged(table, ledgers)
                rows = [row for row in places.rows_by_division(table)[division] if belongs(row)]
                every += len(rows)
                right += sum(True not in verdicts[id(row)] for row in rows)
            rates[month, division, f"category:{name}", "accuracy"] = (right, every)
    return rates


def _categories(ledgers: Ledgers, month: str) -> dict[str, dict[str, Callable[[tuple], bool]]]:
    site, code = ledgers.batch.site, ledgers.batch.code
    tally = stock_tallies(ledgers, month)["insured_workers"]
    workers = frozenset().union(*(tally.of((division, ALL)) for division in site.parent))
    retired = retired_persons(ledgers, month)[ALL]
    return {
        "employers": {"AB01": lambda _row: True, "AB02": lambda _row: True},
        "working_persons": {"AC01": lambda row: row.AAC001 in workers},
        "retirees": {
            "AC01": lambda row: row.AAC001 in retired,
            "AC60": lambda row: row.AAC001 in retired,
        },
        "deaths": {"AC01": lambda row: code("AAC060", row.AAC060) == "2"},
        "dependants": {"AC60": lambda row: code("AIC161", row.AIC161) == "11"},
        "impostor_claims": {"YC01": lambda _row: True},
        "transfers": {"YC02": lambda _row: True},
    }
