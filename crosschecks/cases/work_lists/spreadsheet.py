"""Reads a workbook that comes from outside: texts of cells alone, nothing computed, nothing followed."""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import join, normpath

from lxml import etree

from fundwatch.errors import UsageWrong

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BOOK, _LINKS, _TEXTS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
# A list of a county has some hundred kilobytes.
_LARGEST_FILE, _LARGEST_CONTENT, _MOST_PARTS = 20 << 20, 200 << 20, 2000
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, etree.XMLSyntaxError, KeyError, ValueError, EOFError,
    NotImplementedError,
)  # fmt: skip
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LETTERS = 26


@dataclass(frozen=True)
class Cell:
    """One cell: its text as it is shown, and whether it is a formula."""

    text: str
    is_formula: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet: row -> column -> cell, both from 1, and the places that are merged into another."""

    name: str
    rows: Mapping[int, Mapping[int, Cell]] = field(default_factory=dict)
    merged: frozenset[tuple[int, int]] = frozenset()


def read_workbook(path: Path) -> list[Sheet]:
    """Return the sheets of an XLSX workbook in their order, hidden ones too.

    Raises: UsageWrong (no workbook, too large, encrypted, or with declarations of entities in it).
    """
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise _refused("it has more than 20 MiB")
        with zipfile.ZipFile(path) as archive:
            _check(archive)
            texts = _shared_texts(archive)
            sheets = [_sheet(archive, name, part, texts) for name, part in _parts(archive)]
    except _DAMAGED:
        raise _refused("it is no workbook in XLSX, or a damaged one") from None
    except (RuntimeError, OSError) as error:
        reason = "it is encrypted" if isinstance(error, RuntimeError) else error.strerror or "unreadable"
        raise _refused(reason) from None
    if len({sheet.name for sheet in sheets}) != len(sheets):
        raise _refused("two of its sheets have one name")
    return sheets


def _refused(reason: str) -> UsageWrong:
    return UsageWrong(
        f"the file cannot be taken as a work list: {reason}",
        next_step="Save the list in Excel as an XLSX workbook without a password, and import it again",
    )


def _check(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > _MOST_PARTS or sum(entry.file_size for entry in entries) > _LARGEST_CONTENT:
        raise _refused("it unpacks to more than a list can hold")


def _read(archive: zipfile.ZipFile, part: str) -> etree._Element:
    """Return a part as XML; what it says of its size is not trusted."""
    with archive.open(part) as source:
        data = source.read(_LARGEST_CONTENT + 1)
    if len(data) > _LARGEST_CONTENT:
        raise _refused("it unpacks to more than a list can hold")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.doctype:
        raise _refused("it declares entities, which no list does")
    return root


def _shared_texts(archive: zipfile.ZipFile) -> list[str]:
    if _TEXTS not in archive.namelist():
        return []
    return [_text(item) for item in _read(archive, _TEXTS).iterfind(f"{_MAIN}si")]


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield name and part of each sheet with cells."""
    targets = {
        link.get("Id"): link.get("Target", "")
        for link in _read(archive, _LINKS)
        if link.get("TargetMode") != "External" and link.get("Type", "").endswith("/worksheet")
    }
    for sheet in _read(archive, _BOOK).iterfind(f"{_MAIN}sheets/{_MAIN}sheet"):
        target = targets.get(sheet.get(_LINK))
        if target is not None:
            part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
            yield sheet.get("name", ""), part


def _sheet(archive: zipfile.ZipFile, name: str, part: str, texts: list[str]) -> Sheet:
    root = _read(archive, part)
    rows: dict[int, dict[int, Cell]] = {}
    at_row = 0
    for row in root.iterfind(f"{_MAIN}sheetData/{_MAIN}row"):
        at_row = int(row.get("r") or at_row + 1)
        if at_row in rows:
            raise _refused(f"two rows of a sheet are number {at_row}")
        at_column = 0
        for cell in row.iterfind(f"{_MAIN}c"):
            place = _PLACE.fullmatch(cell.get("r", ""))
            at_column = _column(place[1]) if place else at_column + 1
            if at_column in rows.setdefault(at_row, {}):
                raise _refused(f"two cells of row {at_row} are in one place")
            rows[at_row][at_column] = _cell(cell, texts)
    merged = {
        place
        for area in root.iterfind(f"{_MAIN}mergeCells/{_MAIN}mergeCell")
        for place in _places(area.get("ref", ""), rows)
    }
    return Sheet(name, rows, frozenset(merged))


def _cell(cell: etree._Element, texts: list[str]) -> Cell:
    kind, value = cell.get("t", "n"), cell.findtext(f"{_MAIN}v") or ""
    if kind == "s":
        value = _shared(texts, int(value)) if value else ""
    elif kind == "inlineStr":
        inline = cell.find(f"{_MAIN}is")
        value = _text(inline) if inline is not None else ""
    return Cell(value, cell.find(f"{_MAIN}f") is not None)


def _shared(texts: list[str], place: int) -> str:
    if not 0 <= place < len(texts):
        raise _refused("a cell shows a text that the workbook does not have")
    return texts[place]


def _text(item: etree._Element) -> str:
    """Return the text of an item, of all its runs; readings of characters (ruby) are no part of it."""
    runs = [item, *item.iterfind(f"{_MAIN}r")]
    return "".join(run.findtext(f"{_MAIN}t") or "" for run in runs)


def _places(area: str, rows: Mapping[int, Mapping[int, Cell]]) -> Iterator[tuple[int, int]]:
    """Yield the places of a merged area in rows and columns that hold cells."""
    corners = [_PLACE.fullmatch(corner) for corner in area.split(":")]
    if len(corners) != 2 or corners[0] is None or corners[1] is None:  # noqa: PLR2004 - two corners
        return
    first, last = corners[0], corners[1]
    widest = max((column for cells in rows.values() for column in cells), default=0)
    columns = range(_column(first[1]), min(_column(last[1]), widest) + 1)
    for row in rows:
        if int(first[2]) <= row <= int(last[2]):
            yield from ((row, column) for column in columns)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number
