"""A city of contribution bases, start to finish: its companies, tables, feeds, site and truth."""

from __future__ import annotations

import shutil
from pathlib import Path

from fundwatch.site import FILES
from simulator import clock, parameters
from simulator.bases import declared_scenes, scenes, writing
from simulator.bases.company import pays
from simulator.bases.stage import Stage
from simulator.bases.terms import SITES, Terms
from simulator.folders import clear
from simulator.outbox import Outbox, csv_bytes
from simulator.production import database
from simulator.site.writing import write_site
from simulator.span import Span
from simulator.truth import Truth

_TARGETS = {"province": 2023, "city": 2022}
_PEOPLE = 3


def simulate_bases(*, out: Path, site: str, persons: int, seed: int, times: int = 1) -> tuple[str, ...]:
    """Write a city whose employers play the scenes of contribution bases below ``out``; return its months.

    Writes: as ``simulate``; the truth of an exception is ``truth/bases.<exception>.json`` and holds in the
            last month.
    Shape:  24 months; ``site`` is ``province`` (calendar year, carried bases) or ``city`` (July, last year's
            limits, a ladder of flexible floors); every scene ``times``, and companies without fault up to
            ``persons``.
    Again:  the same arguments give the same bytes.
    """
    terms = SITES[site]
    span = Span(tuple(clock.month_text(month) for month in range(terms.first, terms.last + 1)), seed)
    stage = Stage(terms, _TARGETS[site], Truth(), span.stream("bases"))
    for _ in range(times):
        scenes.play(stage)
        declared_scenes.play(stage)
    while stage.persons < persons:
        company = stage.company(
            is_dual=len(stage.companies) % 2 == 0, kind="20" if len(stage.companies) % _PEOPLE == 0 else "10"
        )
        pays(company)
        scenes.settled(company)
    clear(out)
    counts = database.write_months(writing.histories(stage.companies, terms), span=span, out=out)
    shutil.copyfile(out / f"production-{span.months[-1]}.db", out / "production.db")
    outbox = Outbox(out / "inbox")
    writing.send(outbox, stage.companies, terms)
    _write_site(out / "site", span, terms)
    stage.truth.write(
        out / "truth",
        city={
            "months": list(span.months), "persons": stage.persons, "seed": seed, "site": site,
            "rows": dict(sorted(counts.items())), "files": len(outbox.written),
        },
    )  # fmt: skip
    return span.months


def _write_site(folder: Path, span: Span, terms: Terms) -> None:
    divisions = dict.fromkeys((*parameters.COUNTIES, parameters.CITY), 1)
    write_site(folder, span=span, reported=divisions)
    senders: list[tuple[object, ...]] = [
        ("declaration", layout, division, "")
        for layout in writing.FORMATS
        for division in parameters.COUNTIES
    ]
    for name, rows in {**terms.site_rows(), "senders": senders}.items():
        (folder / f"{name}.csv").write_bytes(csv_bytes(FILES[name], rows, encoding="utf-8"))
