"""Commands of a month: simulate, ingest, build, measure, reconcile, crosscheck, publish, run."""

from __future__ import annotations

import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.output import JsonOption, print_json, say_what_follows, show_pairs, show_progress, show_rows
from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import ProductionUnavailable
from fundwatch.feeds import FEEDS
from fundwatch.host import require_address_space
from fundwatch.months import parse_month, parse_range
from fundwatch.settings import Settings, require_escaped
from pipeline import steps
from pipeline.task import Summary

app = typer.Typer(rich_markup_mode=None)

Month = Annotated[str, typer.Option("--month", help="The month to work on, YYYY-MM.")]
AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="Judge what depends on a day as of this day."),
]

Force = Annotated[
    bool, typer.Option("--force", help="Do it although nothing changed since it was done last.")
]


@app.command()
def simulate(
    months: Annotated[str | None, typer.Option(help="Months to simulate, 2024-01..2024-06.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the city.")] = None,
    persons: Annotated[int, typer.Option(min=50)] = 20000,
    seed: Annotated[int, typer.Option()] = 7,
    production_url: Annotated[
        str | None, typer.Option(help="Write the production database here instead of production.db.")
    ] = None,
    plants: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="How many times each rule of the cross-checks is planted with its decoys;"
            " default: once for every 20,000 persons, and from 1,000 persons on.",
        ),
    ] = None,
    bases: Annotated[
        str | None,
        typer.Option(
            help="Write a city of contribution bases instead, with the site province or city;"
            " its months are its own.",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Write a synthetic city: production, feeds, site, truth."""
    from simulator import simulate as simulate_city

    if bases is not None:
        from simulator.bases import simulate_bases

        folder = out or Settings.read().city
        span = simulate_bases(
            out=folder, site=_site_of_bases(bases), persons=persons, seed=seed, times=plants or 1
        )
        written = {"folder": str(folder), "months": f"{span[0]} to {span[-1]}"}
        show_pairs("city", written, as_json=json)
        return
    if months is None:
        raise typer.BadParameter("say which months", param_hint="--months")
    require_escaped(production_url, what="--production-url", error=ProductionUnavailable)
    city = simulate_city(
        out=out or Settings.read().city,
        months=parse_range(months),
        persons=persons,
        seed=seed,
        production_url=production_url,
        plants=plants,
    )
    if json:
        print_json(city)
    else:
        show_pairs("city", {"folder": city.out, "months": f"{city.months[0]} to {city.months[-1]}",
                            **city.counts}, as_json=False)  # fmt: skip


def _site_of_bases(name: str) -> str:
    if name not in ("province", "city"):
        raise typer.BadParameter("one of province, city", param_hint="--bases")
    return name


@app.command()
def ingest(
    month: Month,
    feed: Annotated[
        str | None, typer.Option(help="One of production, tax, bank, civil_registry, finance, declaration.")
    ] = None,
    verify: Annotated[
        bool | None,
        typer.Option(
            "--verify/--no-verify",
            help="Look for edits and deletions of production rows that AAE036 does not show;"
            " default: with each new month.",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Land everything that has arrived for months up to the month."""
    if feed is not None and feed not in FEEDS:
        raise typer.BadParameter(f"choose one of {', '.join(FEEDS)}", param_hint="--feed")
    settings = Settings.read()
    summary = steps.ingest(settings, month=parse_month(month), feed=feed, verify=verify)
    _show("ingest", summary, as_json=json)
    say_what_follows(settings, FEEDS if feed is None else [feed], month=month, as_json=json)


@app.command()
def build(month: Month, as_of: AsOf = None, force: Force = False, json: JsonOption = False) -> None:
    """Build ledgers, statistics and report forms."""
    show_progress(as_json=json)
    _show("build", steps.build(Settings.read(), month=month, as_of=_day(as_of), force=force), as_json=json)


@app.command()
def measure(
    month: Month,
    as_of: AsOf = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="Measure every row again, not only what changed.")
    ] = False,
    force: Force = False,
    json: JsonOption = False,
) -> None:
    """Measure rates and rules by county; grade them."""
    summary = steps.measure(Settings.read(), month=month, as_of=_day(as_of), whole=whole, force=force)
    _show("measure", summary, as_json=json)


@app.command()
def reconcile(
    month: Month,
    as_of: AsOf = None,
    force: Force = False,
    left_out: Annotated[
        bool, typer.Option("--left-out", help="Only list the rows that were left out, and why.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Set the sources of money against each other."""
    if left_out:
        from reconciliation import LEFT_OUT_COLUMNS, read_left_out

        rows = read_left_out(open_warehouse(Settings.read()), month=parse_month(month))
        show_rows(f"left out of the reconciliation of {month}", LEFT_OUT_COLUMNS, rows, as_json=json)
        return
    show_progress(as_json=json)
    _show(
        "reconcile",
        steps.reconcile(Settings.read(), month=month, as_of=_day(as_of), force=force),
        as_json=json,
    )


@app.command()
def crosscheck(month: Month, as_of: AsOf = None, force: Force = False, json: JsonOption = False) -> None:
    """Match the sources against each other; list suspicious points."""
    show_progress(as_json=json)
    _show(
        "crosscheck",
        steps.crosscheck(Settings.read(), month=month, as_of=_day(as_of), force=force),
        as_json=json,
    )


@app.command()
def publish(
    month: Month,
    name: Annotated[
        str | None, typer.Option("--as", help="Who prepares it; default: the operating user.")
    ] = None,
    as_of: AsOf = None,
    force: Force = False,
    json: JsonOption = False,
) -> None:
    """Render the month into a draft publication."""
    summary = steps.publish(Settings.read(), month=month, as_of=_day(as_of), preparer=name, force=force)
    _show("publish", summary, as_json=json)


@app.command()
def run(month: Month, as_of: AsOf = None, force: Force = False, json: JsonOption = False) -> None:
    """Run the month without Airflow: ingest to draft publication."""
    show_progress(as_json=json)
    settings, summaries = Settings.read(), {}
    parse_month(month)
    require_address_space()
    for name, step in steps.RUN_ORDER:
        started = time.monotonic()
        if not json:
            print(f"{name} {month} ...", file=sys.stderr, flush=True)
        options = {} if name == "ingest" else {"as_of": _day(as_of), "force": force}
        summaries[name] = step(settings, month=month, **options)
        if not json:
            print(f"{name} {month} done in {time.monotonic() - started:.1f} s", file=sys.stderr)
    if json:
        print_json({name: steps.described(summary) for name, summary in summaries.items()})
        return
    for name, summary in summaries.items():
        _show(name, summary, as_json=False)


def _show(title: str, summary: Summary, *, as_json: bool) -> None:
    if as_json:
        print_json(steps.described(summary))
    else:
        show_pairs(title, summary.counts(), as_json=False)
        notes = getattr(summary, "notes", ())
        if notes:
            rows = [(note.feed, note.name, note.state, note.reason, note.message) for note in notes]
            show_rows("files not loaded", ("feed", "name", "state", "reason", "why"), rows, as_json=False)


def _day(as_of: datetime | None) -> date | None:
    return as_of.date() if as_of else None
