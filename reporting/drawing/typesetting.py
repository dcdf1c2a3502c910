"""Documents typeset as PDF: Typst from its wheel, fonts from theirs, nothing from the system."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

import typst

from reporting.drawing.charts import Chart
from reporting.drawing.fonts import fonts_folder
from reporting.imprint import Imprint
from reporting.signature_block import draft_mark, sign_off
from reporting.texts import Texts

_TEMPLATES = Path(__file__).parent / "templates"


def typeset(template: str, data: Mapping[str, object], imprint: Imprint) -> bytes:
    """Return the PDF of a template filled with data; texts in the data are never markup."""
    return typeset_on(template, data, imprint.as_of)


def typeset_on(template: str, data: Mapping[str, object], as_of: date) -> bytes:
    """Return the PDF of a document of no publication, dated by the day its data are as of."""
    # The as-of day, not the clock: equal content gives equal bytes.
    stamp = datetime.combine(as_of, time.min, tzinfo=UTC)
    return typst.compile(
        _TEMPLATES / template,
        root=_TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=stamp,
        format="pdf",
    )


def common_data(texts: Texts, imprint: Imprint) -> dict[str, object]:
    """Return the data of every document: language, sign-off block, publication, page numbers."""
    return {
        "language": texts.language,
        "sign_off": sign_off(texts, imprint),
        "author": imprint.names[0],
        "draft": draft_mark(texts, imprint),
        "publication": f"{texts.publication} {imprint.number}",
        "proof": imprint.proof,
        "page": texts.page,
    }


def chart_data(chart: Chart) -> dict[str, object]:
    """Return a chart in the shape the templates read.

    Typst draws text in pictures with the thinnest weight of a variable font; a stroke makes it regular.
    """
    svg = chart.svg.replace("<text ", '<text stroke="#111111" stroke-width="0.2" ')
    return {"title": chart.title, "svg": svg, "headings": chart.headings, "rows": chart.rows}


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(fonts_folder())])
