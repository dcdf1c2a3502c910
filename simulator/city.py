"""One city, start to finish: draw it, write its production database, its feeds, its site and its truth."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator import parameters, truth_enrolments
from simulator.feeds.plants.accounts import registered
from simulator.feeds.sending import FEEDS, send_feeds
from simulator.folders import clear
from simulator.production import database
from simulator.production.histories import production_histories
from simulator.site.writing import write_site
from simulator.span import Span
from simulator.truth import Truth
from simulator.world import World, draw_world

_PERSONS_PER_PLANT = 20_000
_LEAST_PERSONS = 1_000


@dataclass(frozen=True)
class SimulatedCity:
    """What was written: where, for which months, rows per production table at the end, and files."""

    out: Path
    months: tuple[str, ...]
    counts: Mapping[str, int]
    files: tuple[Path, ...]


def simulate(
    *,
    out: Path,
    months: Sequence[str],
    persons: int,
    seed: int,
    production_url: str | None = None,
    feeds: frozenset[str] | None = None,
    plants: int | None = None,
) -> SimulatedCity:
    """Write a synthetic city below ``out``.

    Writes: ``production-YYYY-MM.db`` per month, ``production.db`` (or the last month into
            ``production_url`` instead), ``inbox/``, ``site/``, ``truth/``.
    Shape:  consecutive ``months``; about 30 rows of AC43 per person and year; ``feeds`` limits which
            of tax, bank, civil_registry, finance are sent (all); ``plants`` how many times each rule of
            the cross-checks is planted with its decoys (once for every 20,000 persons; small cities of
            less than 1,000 not at all).
    Again:  the same arguments give the same bytes; what an earlier run left there is removed.
    Raises: ProductionUnavailable when ``production_url`` cannot be written.
    """
    span = Span(tuple(months), seed)
    truth = Truth()
    clear(out)
    world = draw_world(span, persons, truth, plants=_plants(persons) if plants is None else plants)
    truth_enrolments.record_enrolments(span, world.people, world.cast, world.enrolled, world.paid_in, truth)
    histories = production_histories(world, truth)
    counts = database.write_months(histories, span=span, out=out)
    last = out / f"production-{span.months[-1]}.db"
    if production_url is None:
        shutil.copyfile(last, out / "production.db")
    else:
        database.write_elsewhere(last, url=production_url)
    outbox = send_feeds(
        world,
        out / "inbox",
        feeds=FEEDS if feeds is None else feeds,
        accounts=next(history for history in histories if history.table == "AC50"),
        truth=truth,
    )
    write_site(
        out / "site",
        span=span,
        reported=_reported(world),
        whitelist=world.stage.whitelist,
        register=registered(span, is_planted=world.is_planted),
        closings=outbox.closings,
    )
    truth.write(
        out / "truth",
        city={
            "months": list(span.months),
            "persons": persons,
            "seed": seed,
            "rows": dict(sorted(counts.items())),
            "files": len(outbox.written),
        },
    )
    return SimulatedCity(out=out, months=span.months, counts=counts, files=tuple(outbox.written))


def _plants(persons: int) -> int:
    return max(persons // _PERSONS_PER_PLANT, int(persons >= _LEAST_PERSONS))


def _reported(world: World) -> dict[str, int]:
    """Return the official numbers insured: a little above what is on file, rounded as officials do."""
    by_county = np.bincount(world.people.county, minlength=len(parameters.COUNTIES))
    figures = {
        division: int(count * (101 + place) // 100 + 1)
        for place, (division, count) in enumerate(zip(parameters.COUNTIES, by_county, strict=True))
    }
    return {**figures, parameters.CITY: sum(figures.values())}
