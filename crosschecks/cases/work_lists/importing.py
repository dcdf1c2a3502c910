"""Takes a returned work list row by row; each row is entered as taken, known or refused, with the reason."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from crosschecks.cases.work_lists.spreadsheet import Cell, Sheet, read_workbook
from crosschecks.cases.work_lists.texts import WORK_LIST_TEXTS, finding_of
from fundwatch.actors import name_of_signer
from fundwatch.acts.case_steps import Act
from fundwatch.acts.cases import find_case, record_in, require_cases, standing_of, take_turn
from fundwatch.acts.notes import checked_note, holds_identity_number
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import FolderUnusable, FundwatchError, UsageWrong

FOLDER = "work-lists/returned"
_LIST = re.compile(r"(?:清单编号[：:]|List:)\s*([0-9]{4}-[0-9]{2})/([0-9]{6})")
_CASE_ID = re.compile(r"[0-9a-f]{24}")
_HIDDEN = "含身份号码，未保存 / held an identity number, not kept"
# What is kept of a refused cell; the file itself is kept whole.
_LONGEST = 2000
_NOTE = " / ".join(texts.note for texts in WORK_LIST_TEXTS.values())
TAKEN, KNOWN, REFUSED = "taken", "known", "refused"


@dataclass(frozen=True)
class Row:
    """One row of a returned list; ``result``: taken, known (recorded before) or refused, for a reason."""

    sheet: str
    line: int
    case_id: str
    finding: str
    note: str
    result: str = ""
    reason: str = ""
    event_number: int | None = None


@dataclass(frozen=True)
class Imported:
    """What became of a returned list; ``empty`` rows nobody filled in: they stay to be verified."""

    list_id: int
    sha256: str
    taken: int
    known: int
    refused: int
    empty: int
    rows: tuple[Row, ...]


def import_list(warehouse: Warehouse, *, home: Path, path: Path, name: str) -> Imported:
    """Record the findings of a returned work list as verified, each case on its own.

    A case that was not dispatched yet is dispatched first: the list was. Rows are refused one by one, with
    the reason: a formula or merged cells in what is read, no or an unknown case, one of another division than
    the list's, a word that is no finding, no explanation, an identity number in it, a case twice, two
    verdicts on one case, a case in another state.
    Shape:  ops.case_lists and ops.case_list_rows: every row that is filled in, and what became of it; the
            file itself below ``home/work-lists/returned``, by its hash.
    Again:  rows recorded before with the same finding are known, and nothing is recorded twice.
    Raises: UsageWrong (no workbook, or none of ours: no number of a list), NotFound, FolderUnusable.
    """
    actor = name_of_signer(name, act="a returned work list")
    sheets = read_workbook(path)
    rows, empty = [], 0
    for sheet in sheets:
        read, left = _rows_of(sheet)
        rows += read
        empty += left
    if not any(_list_of(sheet) for sheet in sheets):
        raise UsageWrong(
            "no sheet of the file says which work list it is",
            next_step="Import a list that fundwatch case lists wrote, with the lines above its headings",
        )
    sha256 = _keep(path, home)
    divisions = {sheet.name: (_list_of(sheet) or ("", ""))[1] for sheet in sheets}
    rows = _without_contradictions(rows)
    with warehouse.connect() as connection:
        require_cases(connection)
        take_turn(connection)
        judged = [
            row if row.result else _record(connection, row, division=divisions[row.sheet], actor=actor)
            for row in rows
        ]
        list_id = _enter(connection, judged, sha256=sha256, file=_plain(path.name), actor=actor)
    counts = Counter(row.result for row in judged)
    return Imported(list_id, sha256, counts[TAKEN], counts[KNOWN], counts[REFUSED], empty, tuple(judged))


def _list_of(sheet: Sheet) -> tuple[str, str] | None:
    """Return month and division of the list a sheet is of; None where it does not say."""
    for row in sorted(sheet.rows)[:20]:
        for cell in sheet.rows[row].values():
            match = _LIST.search(cell.text)
            if match and not cell.is_formula:
                return match[1], match[2]
    return None


def _rows_of(sheet: Sheet) -> tuple[list[Row], int]:
    """Return the rows below the headings that say anything, and how many nobody filled in."""
    head = _headings(sheet)
    if head is None:
        filled = [
            row for row, cells in sheet.rows.items() if any(_CASE_ID.search(c.text) for c in cells.values())
        ]
        reason = "the headings of case, finding and explanation are missing above it"
        if (answered := _answered_pairs(sheet)) is not None:
            filled, reason = answered, "a pair to review takes no finding: correct the record instead"
        return [Row(sheet.name, row, "", "", "", REFUSED, reason) for row in sorted(filled)], 0
    at, columns = head
    rows, empty = [], 0
    for line in sorted(number for number in sheet.rows if number > at):
        cells = {name: sheet.rows[line].get(column, Cell("")) for name, column in columns.items()}
        texts = {name: cell.text.strip() for name, cell in cells.items()}
        case_id = texts["case"].lower()
        if not any(texts.values()) and not any(cell.is_formula for cell in cells.values()):
            continue
        row = Row(sheet.name, line, case_id, texts["finding"], texts["note"])
        reason = _fault(sheet, line, cells, columns)
        if reason:
            rows.append(replace(row, result=REFUSED, reason=reason))
        elif texts["finding"] or texts["note"]:
            rows.append(row)
        else:
            empty += 1
    return rows, empty


def _fault(sheet: Sheet, line: int, cells: Mapping[str, Cell], columns: Mapping[str, int]) -> str:
    formulas = [name for name, cell in cells.items() if cell.is_formula]
    if formulas:
        return f"a formula stands for the {' and the '.join(formulas)}"
    if any((line, column) in sheet.merged for column in columns.values()):
        return "cells of it are merged, so it is not clear what is said of which case"
    return ""


def _headings(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    for row in sorted(sheet.rows):
        words = {cell.text.strip(): column for column, cell in sheet.rows[row].items()}
        for texts in WORK_LIST_TEXTS.values():
            columns = {"case": texts.case, "finding": texts.finding, "note": texts.note}
            if all(word in words for word in columns.values()):
                return row, {name: words[word] for name, word in columns.items()}
    return None


def _answered_pairs(sheet: Sheet) -> list[int] | None:
    """Return the rows of a sheet of pairs beside which somebody wrote; None where it is no such sheet."""
    for at in sorted(sheet.rows):
        columns = {cell.text.strip(): column for column, cell in sheet.rows[at].items()}
        for texts in WORK_LIST_TEXTS.values():
            if set(texts.pairs.headings) <= columns.keys():
                last = max(columns[heading] for heading in texts.pairs.headings)
                return [
                    row
                    for row, cells in sheet.rows.items()
                    if row > at and any(cell.text.strip() for place, cell in cells.items() if place > last)
                ]
    return None


def _without_contradictions(rows: list[Row]) -> list[Row]:
    """Refuse all rows of a case with two verdicts, and each further row with the same one."""
    verdicts: dict[str, set[str]] = {}
    for row in rows:
        if not row.result and row.case_id:
            verdicts.setdefault(row.case_id, set()).add(finding_of(row.finding) or row.finding)
    seen: set[str] = set()
    judged = []
    for row in rows:
        if row.result or not row.case_id:
            judged.append(row)
        elif len(verdicts[row.case_id]) > 1:
            judged.append(replace(row, result=REFUSED, reason="the list says different things of this case"))
        elif row.case_id in seen:
            judged.append(replace(row, result=REFUSED, reason="the case stands in the list twice"))
        else:
            seen.add(row.case_id)
            judged.append(row)
    return judged


def _record(connection: psycopg.Connection, row: Row, *, division: str, actor: str) -> Row:
    """Record one row in a savepoint of its own, and return it judged."""
    try:
        with connection.transaction():
            return _recorded(connection, row, division=division, actor=actor)
    except FundwatchError as error:
        return replace(row, result=REFUSED, reason=error.what)


def _recorded(connection: psycopg.Connection, row: Row, *, division: str, actor: str) -> Row:
    finding = finding_of(row.finding)
    if not _CASE_ID.fullmatch(row.case_id):
        raise _refused("it names no case")
    if finding is None:
        raise _refused("the finding is none of the list's words")
    if not division:
        raise _refused("its sheet does not say which list it is of")
    standing = standing_of(connection, find_case(connection, row.case_id))
    if not _is_of(connection, standing.point["division"], division):
        raise _refused(f"the case is not of {division}, whose list this is")
    if standing.state not in ("open", "dispatched"):
        if _last_finding(connection, standing.case_id) == finding:
            return replace(row, result=KNOWN, reason="it was recorded before")
        raise _refused(f"the case is {standing.state}, not to be verified")
    note = checked_note(row.note)
    if not note:
        raise _refused(f"nothing explains the finding: fill in {_NOTE}")
    if standing.state == "open":
        dispatched = "工作清单已下发 / sent out on a work list"
        record_in(connection, case=row.case_id, act=Act("dispatched", note=dispatched), name=actor)
    act = Act("verified", finding=finding, note=note)
    recorded = record_in(connection, case=row.case_id, act=act, name=actor)
    return replace(row, result=TAKEN, event_number=recorded.number)


def _refused(reason: str) -> UsageWrong:
    return UsageWrong(reason, next_step="Correct the row, and import the list again")


def _is_of(connection: psycopg.Connection, place: str | None, division: str) -> bool:
    """Whether a case is of a division; one of no place is the city's."""
    if place is not None:
        return place == division
    level = "select from site.divisions where division = %s and level = 'city' limit 1"
    return connection.execute(level, (division,)).fetchone() is not None


def _last_finding(connection: psycopg.Connection, case_id: str) -> str | None:
    row = connection.execute(
        "select finding from ops.case_events where case_id = %s and finding is not null"
        " order by number desc limit 1",
        (case_id,),
    ).fetchone()
    return row[0] if row else None


def _plain(name: str) -> str:
    return name.encode(errors="replace").decode()


def _keep(path: Path, home: Path) -> str:
    """Keep the bytes of the file as they came, by their hash."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    folder = home / FOLDER
    target = folder / f"{sha256}.xlsx"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not target.exists():
            draft = folder / f".{sha256}.draft"
            shutil.copyfile(path, draft)
            draft.chmod(0o600)
            draft.rename(target)
    except OSError as error:
        raise FolderUnusable(
            f"the returned list cannot be kept in {folder} ({error.strerror})",
            next_step="Set FUNDWATCH_HOME to a folder you may write to, with space left",
        ) from None
    return sha256


_INSERT = "insert into ops.case_list_rows values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"


def _enter(connection: psycopg.Connection, rows: list[Row], *, sha256: str, file: str, actor: str) -> int:
    ((list_id,),) = connection.execute(
        "insert into ops.case_lists (sha256, name, actor) values (%s, %s, %s) returning list_id",
        (sha256, file, actor),
    )
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, list(_kept(list_id, rows)))
    return int(list_id)


def _kept(list_id: int, rows: list[Row]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        texts = [
            _HIDDEN if holds_identity_number(text) else text.replace("\x00", "")[:_LONGEST]
            for text in (row.case_id, row.finding, row.note)
        ]
        yield list_id, row.sheet, row.line, *texts, row.result, row.reason, row.event_number
