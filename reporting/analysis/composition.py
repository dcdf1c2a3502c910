"""The insured by age and sex: a pyramid, its table, and its sentences."""

from __future__ import annotations

import re
from decimal import Decimal

from reporting.analysis.comparison import per_cent
from reporting.analysis.sentences import Writer
from reporting.drawing.charts import Chart, pyramid
from reporting.formatting import figure
from reporting.snapshot.history import Series

_PART = re.compile(r"sex=(?P<sex>[^;]*);age=(?P<age>.*)")
_MEN, _WOMEN = "1", "2"
_ELDERLY = 60


def composition(
    series: Series, *, month: str, division: str, writer: Writer
) -> tuple[tuple[str, ...], tuple[Chart, ...]]:
    """Return sentences and charts about the insured by age and sex, or that they were not built."""
    counts = _counts(series.breakdowns("insured_persons", month=month, division=division))
    total = sum(counts.values(), Decimal(0))
    if not total:
        return (writer.words.no_composition,), ()
    ages = _ages(counts)
    by_age = {age: [_count(counts, age, sex) for sex in (_MEN, _WOMEN)] for age in ages}
    unknown = {age: _sum(counts, age=age) - sum(by_age[age]) for age in ages}
    return _sentences(counts, ages, total, writer), (_chart(by_age, unknown, total, month, writer),)


def _sentences(
    counts: dict[tuple[str, str], Decimal], ages: list[str], total: Decimal, writer: Writer
) -> tuple[str, ...]:
    """Return the sentences; a share is of all insured, as in the table."""
    words = writer.words
    bands = {age: first for age in ages if (first := _first(age)) is not None}
    women = sum((_count(counts, age, _WOMEN) for age in ages), Decimal(0))
    men = sum((_count(counts, age, _MEN) for age in ages), Decimal(0))
    sentences = []
    if bands:
        elderly = sum(
            (_sum(counts, age=age) for age, first in bands.items() if first >= _ELDERLY), Decimal(0)
        )
        sentences.append(words.elderly.format(**_share(elderly, total, writer)))
        band = max(bands, key=lambda age: (_sum(counts, age=age), -bands[age]))
        share = _share(_sum(counts, age=band), total, writer)
        sentences.append(words.largest_band.format(band=band.replace("-", "–"), **share))
    if men + women:
        sentences.append(words.women.format(**_share(women, total, writer)))
    return tuple(sentences)


def _share(part: Decimal, total: Decimal, writer: Writer) -> dict[str, str]:
    return {"count": writer.amount(part, "persons"), "share": figure(per_cent(part, total), "%")}


def _chart(
    by_age: dict[str, list[Decimal]], unknown: dict[str, Decimal], total: Decimal, month: str, writer: Writer
) -> Chart:
    words = writer.words
    names = {age: words.unknown_age if _first(age) is None else age.replace("-", "–") for age in by_age}
    title = words.composition_table.format(area=writer.area, when=writer.when(month, is_quarter=False))
    rows: list[tuple[str, list[Decimal]]] = [
        (names[age], [men, women, unknown[age], men + women + unknown[age]])
        for age, (men, women) in by_age.items()
    ]
    columns = zip(*(values for _, values in rows), strict=True)
    rows.append((words.whole, [sum(column, Decimal(0)) for column in columns]))
    table = tuple(
        (name, *(figure(value, "persons") for value in values), figure(per_cent(values[-1], total), "%"))
        for name, values in rows
    )
    bars = [(names[age], float(men), float(women)) for age, (men, women) in by_age.items()]
    svg = pyramid(bars, sides=words.sexes[:2], axis=words.names["insured_persons"], summary=title)
    return Chart(title, svg, words.composition_headings, table)


def _counts(parts: dict[str, Decimal]) -> dict[tuple[str, str], Decimal]:
    """Return persons by (sex, age), as the breakdowns name them."""
    matches = ((_PART.fullmatch(name), count) for name, count in parts.items())
    return {(match["sex"], match["age"]): count for match, count in matches if match}


def _ages(counts: dict[tuple[str, str], Decimal]) -> list[str]:
    """Return the ages in order, the unknown last."""
    ages = {age for _, age in counts}
    return sorted(ages, key=lambda age: (_first(age) is None, _first(age) or 0, age))


def _first(age: str) -> int | None:
    """Return the first year of a band such as 60-64 or 100+; None for an unknown age."""
    match = re.match(r"[0-9]+", age)
    return int(match.group()) if match else None


def _count(counts: dict[tuple[str, str], Decimal], age: str, sex: str) -> Decimal:
    return counts.get((sex, age), Decimal(0))


def _sum(counts: dict[tuple[str, str], Decimal], *, age: str) -> Decimal:
    return sum((count for (_, band), count in counts.items() if band == age), Decimal(0))
