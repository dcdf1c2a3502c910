"""The figures of a publication for statistical offices: SDMX-CSV by form, and the SDMX-ML structure of it.

The structure names every code in both languages; pysdmx writes one of them, the other is added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from itertools import groupby

from lxml import etree
from pysdmx.model import (
    Code,
    Codelist,
    Component,
    Components,
    Concept,
    ConceptScheme,
    Dataflow,
    DataStructureDefinition,
    DataType,
    ItemReference,
    Organisation,
    Role,
    Schema,
)
from pysdmx.model.message import Header

from reporting.cell_labels import labels_of
from reporting.formatting import decimals
from reporting.forms.sdmx_texts import CONCEPTS, ITEMS, MULTIPLIERS, STATUSES, UNIT_NAMES, UNITS
from reporting.snapshot.content import Cell, subjects

AGENCY = "FUNDWATCH"
DATAFLOW = "DF_SOCIAL_INSURANCE"
STRUCTURE = "DSD_SOCIAL_INSURANCE"
VERSION = "1.0"
STRUCTURE_FILE = "structure.sdmx.xml"
TOTAL = "_T"
_XML = "http://www.w3.org/XML/1998/namespace"
# Columns of form R4, in order; R1 to R3 show values of indicators.
_R4_ITEMS = tuple(ITEMS)[1:]

Names = dict[str, tuple[str, str]]


def files(
    cells: Sequence[Cell], *, month: str, as_of: date, is_usable: bool = True
) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of the structure, then of each form's figures.

    Shape:  one observation per cell with a figure; a ratio without denominator has none.
    """
    lists = _codelists(cells)
    yield STRUCTURE_FILE, _structure(lists, as_of=as_of)
    for code, group in groupby(cells, key=lambda cell: cell.form):
        yield f"{code}.sdmx.csv", _data(list(group), month=month, is_usable=is_usable)


def observations(cells: Sequence[Cell], *, month: str, is_usable: bool = True) -> list[dict[str, str]]:
    """Return the observations of one form, each key once; figures as exact decimals in text.

    ``is_usable`` is false for a form that rests on a table graded F: its figures are of low reliability.
    """
    rows = []
    lines = subjects(cells)
    for cell in cells:
        if cell.value is None:
            continue
        unit, multiplier = UNITS.get(cell.unit, UNITS[""])
        indicator, ordinal = lines.get((cell.form, cell.place[0]), (cell.indicator, 1))
        row = {
            "FREQ": "M",
            "REF_AREA": cell.division,
            "SCHEME": cell.scheme,
            "BREAKDOWN": _id(cell.breakdown) if cell.breakdown else TOTAL,
            "INDICATOR": indicator,
            "ITEM": _numbered(_item(cell), ordinal),
            "TIME_PERIOD": month,
            "OBS_VALUE": f"{cell.value:f}",
            "UNIT_MEASURE": unit,
            "UNIT_MULT": str(multiplier),
            "DECIMALS": str(decimals(cell)),
            "OBS_STATUS": "A" if is_usable else "U",
            "FORM": cell.form,
            "FORM_CELL": cell.cell,
        }
        if indicator:
            rows.append(row)
    return rows


def _item(cell: Cell) -> str:
    return _R4_ITEMS[cell.place[1] - 1] if cell.form == "R4" else "VALUE"


def _numbered(item: str, ordinal: int, between: str = "_") -> str:
    """Return the item as of a second or later target of the same indicator, division and scheme."""
    return item if ordinal == 1 else f"{item}{between}{ordinal}"


def _items(cells: Sequence[Cell]) -> Names:
    last = max((ordinal for _, ordinal in subjects(cells).values()), default=1)
    return {
        _numbered(item, ordinal): (_numbered(chinese, ordinal, " "), _numbered(english, ordinal, " "))
        for ordinal in range(1, last + 1)
        for item, (chinese, english) in ITEMS.items()
        if ordinal == 1 or item in _R4_ITEMS
    }


def _id(breakdown: str) -> str:
    """Return a breakdown as an SDMX identifier: kind=01 is KIND-01."""
    return breakdown.upper().replace("=", "-").replace(";", "_")


def _data(cells: Sequence[Cell], *, month: str, is_usable: bool) -> bytes:
    import pandas as pd
    from pysdmx.io.format import Format
    from pysdmx.io.pd import PandasDataset
    from pysdmx.io.writer import write_sdmx

    schema = Schema("dataflow", AGENCY, DATAFLOW, _components({}), VERSION)
    frame = pd.DataFrame(
        observations(cells, month=month, is_usable=is_usable), columns=[*CONCEPTS], dtype=str
    )
    written = write_sdmx(PandasDataset(structure=schema, data=frame), Format.DATA_SDMX_CSV_2_0_0)
    return _text(written).encode()


def _structure(lists: dict[str, Names], *, as_of: date) -> bytes:
    from pysdmx.io.format import Format
    from pysdmx.io.writer import write_sdmx

    codelists = {
        concept: Codelist(
            id=f"CL_{concept}", agency=AGENCY, version=VERSION, name=CONCEPTS[concept][1],
            items=[Code(id=code, name=names[1]) for code, names in sorted(codes.items())],
        )
        for concept, codes in lists.items()
    }  # fmt: skip
    concepts = ConceptScheme(
        id="CS_SOCIAL_INSURANCE", agency=AGENCY, version=VERSION, name="Concepts of social insurance",
        items=[Concept(id=concept, name=names[1]) for concept, names in CONCEPTS.items()],
    )  # fmt: skip
    definition = DataStructureDefinition(
        id=STRUCTURE, agency=AGENCY, version=VERSION, name="Social insurance statistics",
        components=_components(codelists),
    )  # fmt: skip
    flow = Dataflow(
        id=DATAFLOW, agency=AGENCY, version=VERSION, name="Social insurance statistics", structure=definition
    )
    # The as-of day and a fixed id, no clock and no random id: equal content gives equal bytes.
    header = Header(
        id=f"{STRUCTURE}_{as_of:%Y%m%d}",
        prepared=datetime.combine(as_of, time.min, tzinfo=UTC),
        sender=Organisation(id=AGENCY),
    )
    written = write_sdmx(
        [*codelists.values(), concepts, definition, flow], Format.STRUCTURE_SDMX_ML_2_1, header=header
    )
    return _with_chinese_names(_text(written).encode(), lists)


def _text(written: str | None) -> str:
    """Return what pysdmx wrote; it returns None only when it writes to a file."""
    if written is None:
        raise ValueError("pysdmx returned no text")
    return written


def _components(codelists: dict[str, Codelist]) -> Components:
    # The attributes stand behind the measure.
    roles = {"OBS_VALUE": Role.MEASURE} | dict.fromkeys(
        tuple(CONCEPTS)[tuple(CONCEPTS).index("OBS_VALUE") + 1 :], Role.ATTRIBUTE
    )
    types = {"TIME_PERIOD": DataType.PERIOD}
    return Components([
        Component(
            id=concept,
            required=True,
            role=roles.get(concept, Role.DIMENSION),
            concept=ItemReference("Concept", AGENCY, "CS_SOCIAL_INSURANCE", VERSION, concept),
            # Text, so that no amount passes through a binary fraction.
            local_dtype=types.get(concept, DataType.STRING),
            local_codes=codelists.get(concept),
            attachment_level="O" if roles.get(concept) is Role.ATTRIBUTE else None,
        )
        for concept in CONCEPTS
    ])  # fmt: skip


def _codelists(cells: Sequence[Cell]) -> dict[str, Names]:
    """Return the codes of each coded concept with their names, from the cells' labels."""
    lists: dict[str, Names] = {
        "FREQ": {"M": ("月", "Monthly")},
        "REF_AREA": {}, "SCHEME": {}, "BREAKDOWN": {TOTAL: ("合计", "Total")}, "INDICATOR": {},
        "ITEM": _items(cells),
        "UNIT_MEASURE": UNIT_NAMES,
        "UNIT_MULT": MULTIPLIERS,
        "OBS_STATUS": STATUSES,
    }  # fmt: skip
    for cell in cells:
        labels = labels_of(cell, "zh"), labels_of(cell, "en")
        lists["REF_AREA"].setdefault(cell.division, (labels[0][0], labels[1][0]))
        lists["SCHEME"].setdefault(cell.scheme, (labels[0][1], labels[1][1]))
        if cell.breakdown:
            lists["BREAKDOWN"].setdefault(_id(cell.breakdown), (labels[0][2], labels[1][2]))
        if cell.indicator:
            at = 2 if cell.form == "R4" else -1
            lists["INDICATOR"].setdefault(cell.indicator, (labels[0][at], labels[1][at]))
    return lists


def _with_chinese_names(document: bytes, lists: dict[str, Names]) -> bytes:
    """Insert a Chinese name before the English name of every code and concept."""
    root = etree.fromstring(document)
    names = {f"CL_{concept}": codes for concept, codes in lists.items()} | {"CS_SOCIAL_INSURANCE": CONCEPTS}
    for item in root.iter("{*}Code", "{*}Concept"):
        chinese = names.get(item.getparent().get("id"), {}).get(item.get("id"))
        english = item.find("{*}Name")
        if chinese is None or english is None:
            continue
        name = etree.Element(english.tag, {f"{{{_XML}}}lang": "zh"})
        name.text = chinese[0]
        item.insert(item.index(english), name)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
