"""How long the files of one publication of twenty counties take: forms with charts, SDMX, the analysis."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from pathlib import Path

from benchmarks.findings import Finding, Section
from fundwatch.months import add_months
from reporting.imprint import Imprint
from reporting.rendering import render
from reporting.snapshot.content import Cell, Content
from reporting.snapshot.history import INDICATORS, REACH, Observation
from reporting.snapshot.inputs import Batches

_MONTH = "2024-06"
_MOST_SECONDS = 30.0
_SCHEMES = ("ALL", "110", "120", "170", "210", "310", "390", "410", "510")
_KINDS = ("", "kind=01", "kind=02", "kind=03", "kind=11")
_UNITS = {
    "R1": ("persons",) * 6,
    "R2": ("yuan",) * 7 + ("%", "yuan"),
    "R3": ("persons", "yuan", "yuan", "yuan", "%", "%", "yuan"),
}
_INDICATORS = {
    "R1": ("insured_workers", "insured_retirees", "insured_persons", "suspended_persons", "new_enrolments",
           "new_enrolments_ytd"),
    "R2": ("contributions_due", "contributions_received", "contributions_received_current",
           "contributions_received_back", "contributions_received_advance", "arrears", "arrears_cleared",
           "collection_rate", "average_base"),
    "R3": ("beneficiaries_paid", "benefits_payable", "benefits_paid", "benefits_paid_ytd", "payment_rate",
           "socialised_payment_rate", "average_benefit"),
}  # fmt: skip


def measure(folder: Path, *, counties: int = 20) -> Section:
    """Render a quarter's last month of a city in both languages, twice, and write the files."""
    content = _content(counties)
    imprint = Imprint(1, "benchmark", content.as_of, content.sha256)
    begun, worked = time.perf_counter(), time.process_time()
    files = dict(render(content, imprint))
    seconds, worked = time.perf_counter() - begun, time.process_time() - worked
    for name, data in files.items():
        (folder / name).write_bytes(data)
    again = dict(render(content, imprint))
    if again != files:
        raise RuntimeError("the same content was rendered to other bytes")
    size = sum(len(data) for data in files.values()) / 1e6
    return Section(
        title="Reports",
        how=(
            f"Every file of one publication, {counties} counties and nine schemes: {len(content.cells):,} "
            f"cells, {len(files)} files, {size:.1f} MB, from stored cells, in one process; rendered twice, "
            "equal to the byte."
        ),
        findings=(
            Finding(
                "seconds for the full set in both languages",
                f"{seconds:.1f}",
                f"under {_MOST_SECONDS:g}",
                seconds < _MOST_SECONDS,
            ),
            Finding("of which at work on a core, s", f"{worked:.1f}"),
        ),
    )


def _content(counties: int) -> Content:
    divisions = ["230600", *(f"23{600 + number}" for number in range(1, counties + 1))]
    cells = [cell for form in _INDICATORS for cell in _form(form, divisions)]
    cells += _targets(divisions)
    history = tuple(
        Observation(
            add_months(_MONTH, -back), division, "ALL", "", indicator, Decimal(1000 + place * 7 + back)
        )
        for back in range(REACH + 1)
        for place, division in enumerate(divisions)
        for indicator in INDICATORS
    )
    return Content(_MONTH, "v1", "0", Batches(), tuple(cells), (), as_of=date(2024, 6, 30), history=history)


def _form(form: str, divisions: list[str]) -> list[Cell]:
    kinds = _KINDS if form == "R3" else ("",)
    lines = [(d, s, k) for d in divisions for s in _SCHEMES for k in kinds]
    return [
        _cell(form, line, column, division, scheme, kind)
        for line, (division, scheme, kind) in enumerate(lines, 1)
        for column in range(1, len(_UNITS[form]) + 1)
    ]


def _cell(form: str, line: int, column: int, division: str, scheme: str, kind: str) -> Cell:
    middle = f" · {kind or 'all'}" if form == "R3" else ""
    indicator = _INDICATORS[form][column - 1]
    label = f"{division} · {scheme}{middle} · {indicator}"
    value = Decimal(line * 104_729 + column) / (1 if _UNITS[form][column - 1] == "persons" else 100)
    return Cell(
        form,
        division,
        scheme,
        kind,
        f"r{line}c{column}",
        label,
        label,
        value,
        _UNITS[form][column - 1],
        indicator,
    )


def _targets(divisions: list[str]) -> list[Cell]:
    cells = []
    for line, (division, scheme) in enumerate(((d, s) for d in divisions for s in _SCHEMES), 1):
        label = f"{division} · {scheme} · insured_persons"
        for column, (value, unit) in enumerate((("900", "persons"), ("1000", "persons"), ("90.00", "%")), 1):
            indicator = "insured_persons" if column == 1 else ""
            place = f"r{line}c{column}"
            cells.append(
                Cell("R4", division, scheme, "", place, f"{label} · {column}", f"{label} · {column}",
                     Decimal(value), unit, indicator)
            )  # fmt: skip
    return cells
