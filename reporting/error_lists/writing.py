"""Error lists: one workbook per county with its issues and due days (docs/rectification.md)."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg.rows import class_row

from fundwatch import __version__
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import FolderUnusable
from fundwatch.host import file_sha256, read_note, within
from reporting.error_lists import details, xlsx
from reporting.error_lists.issue import Issue
from reporting.error_lists.xlsx import CountyList
from reporting.texts import LANGUAGES

FOLDER = "rectification"
_WRITTEN = "written.json"
# Increase it when the workbooks look different: then all are drawn again.
_LAYOUT = 2


def write_error_lists(warehouse: Warehouse, *, home: Path, month: str, site_version: str) -> int:
    """Write the workbooks of a month's error list, and return their number.

    Source: quality.rectification, quality.error_lists, quality.rules; site.divisions of the version; the
            landed rows and, for names and what should stand there, those the month was measured by.
    Shape:  ``home/rectification/<month>/<division>.<language>.xlsx`` for every division with issues, the
            city's own for rows that belong to no county; readable by their owner only, since they hold keys.
    Again:  the files of a county are written again only where its list changed or a file is missing or
            altered; those of a county without issues are deleted. An altered file is set aside, and what
            others keep in the folder is left alone.
    Raises: FolderUnusable.
    """
    folder = home / FOLDER / month
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = _written(folder)
        current: dict[str, dict[str, str]] = {}
        with warehouse.connect() as connection:
            details.collect(connection, month=month)
            for division, digest in _digests(connection, month, site_version):
                if not _is_current(folder, division, digest, written):
                    issues = _read(connection, month, division, site_version)
                    _set_aside_altered(folder, written.get(division, {}))
                    written[division] = {"list": digest, **_write(folder, issues)}
                current[division] = written[division]
        for division in written.keys() - current.keys():
            _set_aside_altered(folder, written[division])
            for name in written[division].keys() - {"list"}:
                within(folder, name).unlink(missing_ok=True)
        _replace(folder / _WRITTEN, json.dumps(current, indent=1, sort_keys=True).encode())
        names = {name for files in current.values() for name in files if name != "list"}
    except OSError as error:
        raise FolderUnusable(
            f"the error lists cannot be written to {folder} ({error.strerror})",
            state="The month is measured; its workbooks are not all written",
            next_step="Set FUNDWATCH_HOME to a folder you may write to, with space left, and measure again",
        ) from None
    return len(names)


def _written(folder: Path) -> dict[str, dict[str, str]]:
    """Return the record of the last run: division -> hash of its list, and name -> SHA-256 of its files."""
    return read_note(folder / _WRITTEN)


def _set_aside_altered(folder: Path, files: dict[str, str]) -> None:
    """Rename files that somebody wrote into since they were written here."""
    for name, sha256 in files.items():
        path = within(folder, name)
        if name != "list" and path.is_file() and (actual := file_sha256(path)) != sha256:
            path.rename(path.with_name(f"{path.stem}.altered-{actual[:8]}{path.suffix}"))


def _is_current(folder: Path, division: str, digest: str, written: dict[str, dict[str, str]]) -> bool:
    files = dict(written.get(division, {}))
    if files.pop("list", None) != digest or len(files) != len(LANGUAGES):
        return False
    return all(file_sha256(within(folder, name)) == sha256 for name, sha256 in files.items())


def _write(folder: Path, county: CountyList) -> dict[str, str]:
    files = {}
    for language in LANGUAGES:
        name = f"{county.division}.{language}.xlsx"
        data = xlsx.draw(county, language=language)
        _replace(within(folder, name), data)
        files[name] = hashlib.sha256(data).hexdigest()
    return files


def _replace(path: Path, data: bytes) -> None:
    """Replace a file in one step, readable by its owner only."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as target:
        target.write(data)
    Path(target.name).chmod(0o600)
    Path(target.name).rename(path)


def _digests(connection: psycopg.Connection, month: str, site_version: str) -> Iterator[tuple[str, str]]:
    """Yield each division of the list with a hash of the content of its workbook."""
    rows = connection.execute(_DIGESTS, {"month": month, "site": site_version}).fetchall()
    for division, content in rows:
        yield division, hashlib.sha256(f"{__version__} {_LAYOUT} {content}".encode()).hexdigest()


def _read(connection: psycopg.Connection, month: str, division: str, site_version: str) -> CountyList:
    parameters = {"month": month, "division": division, "site": site_version}
    with connection.cursor(row_factory=class_row(Issue)) as cursor:
        issues = cursor.execute(_ISSUES, parameters).fetchall()
    ((as_of, out_on, zh, en),) = connection.execute(_ABOUT, parameters)
    return CountyList(month, division, {"zh": zh, "en": en}, as_of, out_on, issues)


_ABOUT = """
select
    lists.as_of, lists.out_on, coalesce(divisions.name_zh, %(division)s),
    coalesce(divisions.name_en, divisions.name_zh, %(division)s)
from quality.error_lists as lists
left join site.divisions as divisions
    on divisions._site_version = %(site)s and divisions.division = %(division)s
where lists.month = %(month)s
"""

_ISSUES = """
with rules as (
    select distinct texts.rule_id, texts.severity, texts.text_zh, texts.text_en
    from quality.rules as texts
    inner join quality.rule_results as results
        on results.rule_version = texts.rule_version and results.rule_id = texts.rule_id
    where results.month = %(month)s
)
select
    listed.issue_id, listed.table_name as table, listed.rule_id, coalesce(rules.severity, '') as severity,
    coalesce(rules.text_zh, '') as text_zh, coalesce(rules.text_en, '') as text_en, listed.key,
    listed.source_row as row, listed.first_seen, listed.due_on, listed.state, listed.corrected_on,
    listed.reason, details.person, details.employer,
    details.name, details.parts, details.cells, details.wanted
from quality.rectification as listed
left join issue_details as details on details.issue_id = listed.issue_id
left join rules on rules.rule_id = listed.rule_id
where listed.month = %(month)s and listed.division = %(division)s
order by
    listed.state <> 'overdue', listed.due_on nulls last, listed.table_name, listed.rule_id,
    listed.key collate "C", listed.issue_id
"""

_DIGESTS = """
select
    listed.division,
    concat_ws(
        ' ', divisions.name_zh, divisions.name_en, lists.as_of, lists.out_on, max(results.rule_version),
        md5(string_agg(md5(row(listed.*, details.*)::text), '' order by listed.issue_id))
    )
from quality.rectification as listed
left join issue_details as details on details.issue_id = listed.issue_id
inner join quality.error_lists as lists on lists.month = listed.month
left join site.divisions as divisions
    on divisions._site_version = %(site)s and divisions.division = listed.division
left join (
    select max(rule_version) as rule_version from quality.rule_results where month = %(month)s
) as results on true
where listed.month = %(month)s
group by listed.division, divisions.name_zh, divisions.name_en, lists.as_of, lists.out_on
order by listed.division
"""
