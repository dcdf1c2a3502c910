"""The forms R1 to R4 of a month, cell by cell, as docs/reports.md lays them out."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from tests.oracle.breakdowns import breakdowns
from tests.oracle.indicators import Value, indicators
from tests.oracle.kinds import FLOWS, UNITS
from tests.oracle.production import City, city_of
from tests.oracle.site import Site
from tests.oracle.tally import ALL
from tests.oracle.values import half_up

# (form, division, scheme, breakdown, cell) -> (indicator or '', value)
Cells = dict[tuple[str, str, str, str, str], tuple[str, Value]]
COLUMNS = {
    "R1": ("insured_workers", "insured_retirees", "insured_persons", "suspended_persons", "new_enrolments",
           "new_enrolments_ytd"),
    "R2": ("contributions_due", "contributions_received", "contributions_received_current",
           "contributions_received_back", "contributions_received_advance", "arrears", "arrears_cleared",
           "collection_rate", "average_base"),
    "R3": ("beneficiaries_paid", "benefits_payable", "benefits_paid", "benefits_paid_ytd", "payment_rate",
           "socialised_payment_rate", "average_benefit"),
}  # fmt: skip
TENS = {"万元": 10_000, "万人": 10_000, "亿元": 100_000_000}
REPORTED = "reported_insured_persons"


def report_cells(city: City | Path, month: str) -> Cells:
    """Compute every cell of the four forms."""
    city = city if isinstance(city, City) else city_of(Path(city))
    values = {key[1:]: value for key, value in indicators(city, month).items()}
    kinds = {key[1:]: value for key, value in breakdowns(city, month).items() if key[3].startswith("kind=")}
    cells: Cells = {}
    for form, names in COLUMNS.items():
        shown = values | kinds if form == "R3" else values
        lines = {key[:3] for key in shown if key[3] in names}
        for row, line in enumerate(sorted(lines & _on_forms(lines, city.site), key=_order(city.site)), 1):
            for column, name in enumerate(names, 1):
                if (*line, name) in shown:
                    cells[(form, *line, f"r{row}c{column}")] = (name, shown[(*line, name)])
    return cells | _targets(city.site, values, month)


def _on_forms(lines: set[tuple[str, str, str]], site: Site) -> set[tuple[str, str, str]]:
    return {line for line in lines if site.level[line[0]] in ("city", "county")}


def _order(site: Site):
    """A city above its counties, all schemes above each of them, a total above its kinds."""

    def place(line: tuple[str, str, str]) -> tuple:
        division, scheme, breakdown = line
        is_county = site.level.get(division) == "county"
        above = site.parent.get(division) if is_county else division
        is_province = site.level.get(division) == "province"
        return not is_province, above, is_county, division, scheme != ALL, scheme, breakdown

    return place


def _targets(site: Site, values: dict[tuple[str, str, str, str], Value], month: str) -> Cells:
    rows = [
        (number, row)
        for number, row in enumerate(site.table("targets"), 1)
        if row["year"] == month[:4] and row["indicator"] != REPORTED and row["target"] is not None
    ]
    place = _order(site)
    rows.sort(key=lambda entry: (place((entry[1]["division"], entry[1]["scheme"] or ALL, "")), entry[0]))
    cells: Cells = {}
    for line, (_, row) in enumerate(rows, 1):
        for column, cell in _progress(row, values).items():
            cells["R4", row["division"], row["scheme"] or ALL, "", f"r{line}c{column}"] = cell
    return cells


def _progress(row: dict[str, str | None], values: dict) -> dict[int, tuple[str, Value]]:
    """Fill the columns of one target that it has."""
    at = row["division"], row["scheme"] or ALL, ""
    name = _of_year(row["indicator"])
    reached = values.get((*at, name))
    target, tens = Decimal(row["target"]), TENS.get(row["unit"] or "", 1)
    cells: dict[int, tuple[str, Value]] = {}
    if row["target_kind"] == "rate":
        percent = _rate(row, values, at, reached, cells)
        wanted = target * 100 if row["unit"] == "ratio" or (row["unit"] != "%" and target <= 1) else target
        is_own = row["denominator"] is None
        cells[5] = (name if is_own else "", None if percent is None else half_up(percent))
        cells[6] = ("", half_up(wanted))
        cells[7] = ("", None if percent is None else half_up(percent - wanted))
    else:
        percent = None if reached is None or not target else Decimal(reached) * 100 / (target * tens)
        cells[1] = (name, None if reached is None else Decimal(reached) / tens)
        cells[2] = ("", target)
        cells[3] = ("", None if percent is None else half_up(percent))
    printed = row["printed_percent"]
    if printed is not None:
        cells[8] = ("", Decimal(printed))
        if percent is not None:
            places = len(printed.partition(".")[2])
            cells[9] = ("", int(round_to(percent, places) != Decimal(printed)))
    return cells


def _rate(row: dict, values: dict, at: tuple, reached: Value, cells: dict) -> Decimal | None:
    """Return the rate reached, in per cent, and fill in count and denominator where it has one."""
    stated = row["denominator"]
    if stated is None:
        return reached if UNITS.get(row["indicator"], ("", ""))[1] == "%" else None
    is_number = stated.replace(".", "", 1).isdigit()
    other = "" if is_number else _of_year(stated)
    denominator = Decimal(stated) if is_number else values.get((*at, other))
    cells[1] = (_of_year(row["indicator"]), reached)
    cells[4] = (other, denominator)
    return Decimal(reached) * 100 / denominator if reached is not None and denominator else None


def round_to(value: Decimal, places: int) -> Decimal:
    """Round half up to a number of decimals."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _of_year(name: str) -> str:
    """A target is set for the year: of a flow counts what came since January."""
    return f"{name}_ytd" if name in FLOWS else name
