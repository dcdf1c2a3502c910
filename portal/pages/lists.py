"""A list as a page: filters with words for them, order by the heads, count, the next hundred rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from portal.language import translated
from portal.lists.catalogue import LISTS
from portal.lists.columns import List
from portal.lists.query import Query
from portal.lists.reading import count_of, page_of, source_of
from portal.names import named, options
from portal.pages.divisions import Divisions
from portal.presentation import address
from portal.problems import Problem
from portal.rendering import page
from portal.visits import Visit

ROWS = 100
_MOST_COUNTED = 100_000
_OURS = frozenset({"lang", "cursor"})


@dataclass(frozen=True)
class Head:
    """One column on a page: the list's column, its heading in Chinese, how it is shown.

    ``kind``: text, data (in Chinese whatever the page's language), code, named and state (by their name of
    the kind ``names``), division, count, yuan, rate, day, instant. ``link`` gives the address of a row's
    cell.
    """

    name: str
    text: str
    kind: str = "text"
    names: str = ""
    link: Callable[[Mapping[str, Any]], str] | None = None
    told: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_figure(self) -> bool:
        """Whether it is set to the right."""
        return self.kind in ("count", "yuan", "rate")


@dataclass(frozen=True)
class Filter:
    """One filter: the list's column, its label in Chinese; by a choice of names, of divisions, or as text."""

    name: str
    text: str
    names: str = ""
    is_division: bool = False
    hint: str = ""
    choices: Sequence[tuple[str, str]] | None = None


@dataclass
class Table:
    """What a page shows of a list; ``words`` are label and value of each filter in force."""

    name: str
    heads: Sequence[Head]
    items: list[dict[str, Any]] = field(default_factory=list)
    count: int | None = None
    is_count_cut: bool = False
    publication: Any = None
    first_url: str = ""
    next_url: str = ""
    order: str = ""
    descending: bool = False
    columns: list[dict[str, Any]] = field(default_factory=list)
    fields: list[dict[str, Any]] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)
    carried: list[tuple[str, str]] = field(default_factory=list)
    clear_url: str = ""
    status: int = 200
    is_published_missing: bool = False


def shown(
    request: Request,
    visit: Visit,
    name: str,
    *,
    heads: Sequence[Head],
    filters: Sequence[Filter],
    title: str,
    caption: str,
    note: str = "",
) -> HTMLResponse:
    """Return a page that is one list, with its title, the caption of its table and a note, in Chinese."""
    table = read(request, visit, name, heads=heads, filters=filters)
    return page(
        request, visit, "lists/list.html", status=table.status, table=table, divisions=Divisions(visit),
        title=title, caption=caption, note=note,
    )  # fmt: skip


def read(
    request: Request,
    visit: Visit,
    name: str | List,
    *,
    heads: Sequence[Head],
    filters: Sequence[Filter],
    fixed: Sequence[tuple[str, str]] = (),
    ordered: str = "",
) -> Table:
    """Return the page of a list that the address asks for.

    ``fixed``: filters that the page sets itself; ``ordered``: its order where the address names none.
    What is malformed stands in ``errors``, with no row. Raises: Problem (404, 410).
    """
    listed = LISTS[name] if isinstance(name, str) else name
    divisions = Divisions(visit)
    given = [
        (parameter, text)
        for parameter, text in request.query_params.multi_items()
        if text.strip() and parameter != "lang"
    ]
    table = Table(listed.name, heads)
    table.fields = _fields(visit, filters, dict(given), divisions)
    table.words = _words(visit, filters, given, divisions)
    table.clear_url = request.url.path
    asked = [*given, *fixed]
    if ordered and not any(parameter == "sort" for parameter, _ in asked):
        asked.append(("sort", ordered))
    try:
        query = Query.parsed(listed, asked)
    except Problem as problem:
        if problem.slug != "invalid-parameter":
            raise
        table.errors, table.status = [(where, what) for where, what in problem.errors], problem.status
        table.columns = _columns(request, visit, listed, heads, "", given)
        return table
    table.order, table.descending = (query.sort or "").removeprefix("-"), (query.sort or "").startswith("-")
    table.columns = _columns(request, visit, listed, heads, query.sort or "", given)
    table.carried = [
        (parameter, text)
        for parameter, text in asked
        if parameter not in _OURS and _is_exported(listed, parameter, text)
    ]
    _fill(request, visit, listed, query, table, given)
    return table


def total(visit: Visit, name: str, **equal: str) -> int | None:
    """Return how many rows of a list a user sees; None where there is nothing published or not to see."""
    listed = LISTS[name]
    query = Query(filters=tuple(sorted(equal.items())))
    try:
        source = source_of(visit, listed, query)
    except Problem:
        return None
    return count_of(visit, listed, query, source)


def _fill(
    request: Request, visit: Visit, listed: List, query: Query, table: Table, given: list[tuple[str, str]]
) -> None:
    try:
        listing = page_of(visit, listed, query)
    except Problem as problem:
        if problem.slug != "not-found" or not _is_nothing_published(visit, listed, query):
            raise
        table.is_published_missing = True
        return
    table.items, table.publication = listing.items, visit.read_publication
    table.count = count_of(visit, listed, query, listing.source, most=_MOST_COUNTED)
    table.is_count_cut = table.count == _MOST_COUNTED
    kept = {parameter: text for parameter, text in given if parameter not in _OURS}
    if query.cursor is not None:
        table.first_url = address(request.url.path, **kept)
    if listing.next:
        table.next_url = address(request.url.path, **{**kept, "cursor": listing.next})


def _is_exported(listed: List, parameter: str, text: str) -> bool:
    """Whether the export of the list takes a parameter of the page: not an order by what the page adds."""
    known = LISTS[listed.name].by_name
    return parameter != "sort" or text.removeprefix("-") in known


def _is_nothing_published(visit: Visit, listed: List, query: Query) -> bool:
    """Whether a published list has no row because no month is approved yet."""
    if not listed.is_published or query.month is not None or query.publication is not None:
        return False
    reads = visit.rows(
        "select exists (select from portal.scope(%(relation)s)) as reads", {"relation": listed.relation}
    )
    return bool(reads[0]["reads"])


def _columns(
    request: Request, visit: Visit, listed: List, heads: Sequence[Head], sort: str,
    given: list[tuple[str, str]],
) -> list[dict[str, Any]]:  # fmt: skip
    kept = {parameter: text for parameter, text in given if parameter not in ("sort", *_OURS)}
    columns = []
    for head in heads:
        column = listed.by_name.get(head.name)
        turned = f"-{head.name}" if sort == head.name else head.name
        is_sortable = column is not None and column.is_sortable
        columns.append({
            "name": head.name,
            "label": translated(head.text, visit.language),
            "kind": "figure" if head.is_figure else "text",
            "sort_url": address(request.url.path, **kept, sort=turned) if is_sortable else "",
        })  # fmt: skip
    return columns


def _fields(
    visit: Visit, filters: Sequence[Filter], given: Mapping[str, str], divisions: Divisions
) -> list[dict[str, Any]]:
    return [
        {
            "name": field.name,
            "label": translated(field.text, visit.language),
            "hint": translated(field.hint, visit.language) if field.hint else "",
            "value": given.get(field.name, ""),
            "options": _choices(visit, field, divisions),
        }
        for field in filters
    ]


def _choices(visit: Visit, field: Filter, divisions: Divisions) -> list[tuple[str, str]] | None:
    everything = ("", translated("全部", visit.language))
    if field.is_division:
        return [everything, *divisions.options]
    if field.choices is not None:
        return [everything, *field.choices]
    if field.names:
        return [everything, *options(field.names, visit.language)]
    return None


def _words(
    visit: Visit, filters: Sequence[Filter], given: list[tuple[str, str]], divisions: Divisions
) -> list[tuple[str, str]]:
    by_name = {field.name: field for field in filters}
    words = []
    for parameter, text in given:
        field = by_name.get(parameter)
        if field is None:
            continue
        value = text
        if field.is_division:
            value = divisions.name(text)
        elif field.choices is not None:
            value = dict(field.choices).get(text, text)
        elif field.names:
            value = named(text, field.names, visit.language)
        words.append((translated(field.text, visit.language), value))
    return words
