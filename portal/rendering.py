"""Pages: Jinja2 with everything escaped, in one environment a language."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from portal import presentation
from portal.language import Catalogue, Language, english, translated
from portal.navigation import entries_of
from portal.visits import Visit

STATIC = Path(__file__).parent / "static"
_HASH_LETTERS = 16
_OK = 200
_TAGS: Mapping[Language, str] = {"zh": "zh-CN", "en": "en"}


def page(
    request: Request, visit: Visit | None, template: str, /, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """Return a page in the language of the request; ``values`` are what its template names.

    Beside them a template has ``visit``, ``site`` (its name), ``language``, ``tag`` (of the language),
    ``now``, ``navigation``, ``other_language_url``, ``path`` and the functions ``_``, ``ngettext``,
    ``static_url``.
    """
    language: Language = request.state.language
    html = environment(language).get_template(template).render(
        visit=visit,
        site=_site(visit, language) if status == _OK else "",
        language=language,
        tag=_TAGS[language],
        now=datetime.now(UTC),
        path=request.url.path,
        navigation=entries_of(visit, request.url.path) if visit else (),
        other_language_url=_in_language(request, "en" if language == "zh" else "zh"),
        request_id=request.state.request_id,
        **values,
    )  # fmt: skip
    return HTMLResponse(html, status_code=status)


@cache
def environment(language: Language) -> Environment:
    """Return the environment of a language; an undefined name is an error."""
    made = Environment(
        loader=PackageLoader("portal"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    catalogue = english() if language == "en" else Catalogue({})
    made.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(static_url=static_url, **presentation.functions(language))
    made.filters.update(presentation.filters(language))
    made.filters.update(number=number, instant=instant, zh=in_chinese(language), text=_text(language))
    return made


def static_url(name: str) -> str:
    """Return the address of a file of ``static/``; it holds the hash of the content, and so lasts."""
    return f"/static/{static_hash(name)}/{name}"


@cache
def static_hash(name: str) -> str:
    """Return the first letters of the SHA-256 of a file of ``static/``."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:_HASH_LETTERS]


def number(value: Decimal | int | str | None) -> str:
    """Return a figure with its thousands apart, its decimals as they are; a dash for none."""
    if value is None or value == "":
        return "—"
    return f"{Decimal(value):,}"


def instant(value: datetime | None, zone: str = "Asia/Shanghai") -> str:
    """Return a moment in the site's time to the minute; a dash for none."""
    return "—" if value is None else f"{value.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def in_chinese(language: Language) -> Any:
    """Return the filter that marks names and data as Chinese on an English page."""
    if language == "zh":
        return lambda value: value
    return lambda value: Markup('<span lang="zh-CN">{}</span>').format(value)


def _site(visit: Visit | None, language: Language) -> str:
    """Return the site's name; of a page that says what went wrong nothing is asked any more."""
    names = visit.site() if visit is not None else ("", "")
    return names[0] if language == "zh" else names[1]


def _text(language: Language) -> Any:
    return lambda value: translated(str(value), language)


def _in_language(request: Request, language: Language) -> str:
    asked = [(name, value) for name, value in parse_qsl(request.url.query) if name != "lang"]
    return f"{request.url.path}?{urlencode([*asked, ('lang', language)])}"
