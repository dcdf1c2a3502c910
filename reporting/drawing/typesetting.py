"""Documents typeset as PDF: Typst from its wheel, fonts from theirs, nothing from the system."""

from __future__ import annotations

import importlib.util
import json
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

import typst

from reporting.drawing.charts import Chart
from reporting.imprint import Imprint
from reporting.texts import Texts

_TEMPLATES = Path(__file__).parent / "templates"


def typeset(template: str, described: dict, imprint: Imprint) -> bytes:
    """Return what a template makes of data, as PDF; texts in the data are never markup."""
    # The as-of day, not the clock: equal content gives equal bytes.
    stamp = datetime.combine(imprint.as_of, time.min, tzinfo=UTC)
    return typst.compile(
        _TEMPLATES / template,
        root=_TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(described, ensure_ascii=False)},
        timestamp=stamp,
        format="pdf",
    )


def around(texts: Texts, imprint: Imprint) -> dict:
    """Return what every document says around its figures: who signs, which publication, which page."""
    return {
        "language": texts.language,
        "sign_off": [
            [texts.prepared_by, imprint.preparer],
            [texts.reviewed_by, ""],
            [texts.approved_by, ""],
            [texts.date, ""],
        ],
        "publication": f"{texts.publication} {imprint.number}",
        "proof": imprint.proof,
        "page": texts.page,
    }


def drawing(chart: Chart) -> dict:
    """Return a chart as the templates read it.

    Typst draws the text of pictures with the thinnest cut of a variable font; a stroke makes it regular.
    """
    svg = chart.svg.replace("<text ", '<text stroke="#111111" stroke-width="0.2" ')
    return {"title": chart.title, "svg": svg, "headings": chart.headings, "rows": chart.rows}


@cache
def _fonts() -> typst.Fonts:
    """Noto Sans CJK from the wheel ``manimgx-fonts-cjk``, found without importing it."""
    package = importlib.util.find_spec("manimgx_fonts_cjk")
    return typst.Fonts(include_system_fonts=False, font_paths=[str(Path(package.origin).parent)])
