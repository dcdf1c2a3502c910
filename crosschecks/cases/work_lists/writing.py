"""Work lists: a workbook per division and language with the cases to verify there, and pairs to review."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from crosschecks.cases.work_lists.drawing import draw
from crosschecks.cases.work_lists.entries import Line, Masks, Pair, WorkList
from crosschecks.cases.work_lists.pairs import pairs_of
from crosschecks.cases.work_lists.texts import WORK_LIST_TEXTS
from fundwatch.acts.cases import require_cases
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import FolderUnusable, NotFound
from fundwatch.host import within
from fundwatch.months import last_day, parse_month

FOLDER = "work-lists"
_EMPLOYER_RULES = ["shell_employer", "wage_below_tax_base"]


@dataclass(frozen=True)
class Written:
    """The list of one division as it was written."""

    division: str
    cases: int
    pairs: int
    files: tuple[str, ...]


def write_work_lists(
    warehouse: Warehouse, *, home: Path, month: str, site_version: str, masks: Masks
) -> list[Written]:
    """Write the work lists of a month, and return them by division.

    Source: the cases of the month that are open or dispatched; pairs of class D that are for review alone;
            names and numbers of the ledgers in its batch.
    Shape:  ``home/work-lists/<month>/<division>.<language>.xlsx`` for every division with any, those of the
            lowest level that the data name; readable by their owner only.
    Again:  the files of the month are replaced; those of divisions with nothing to do are deleted. What
            others keep in the folder is left.
    Raises: MonthInvalid, NotFound (the month has no cases), FolderUnusable.
    """
    parse_month(month)
    with warehouse.connect() as connection:
        require_cases(connection)
        lists = list(_lists(connection, month=month, site_version=site_version, masks=masks))
        if (
            not lists
            and not connection.execute(
                "select from crosschecks.cases where month = %s limit 1", (month,)
            ).fetchall()
        ):
            raise NotFound(f"there are no cases of {month}", next_step=f"Run fundwatch run --month {month}")
    folder = home / FOLDER / month
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = [
            Written(work.division, len(work.lines), len(work.pairs), _write(folder, work)) for work in lists
        ]
        current = {name for work_list in written for name in work_list.files}
        for path in folder.glob("[0-9]*.xlsx"):
            if path.name not in current and path.name.split(".")[1:] in _ENDINGS:
                path.unlink()
    except OSError as error:
        raise FolderUnusable(
            f"the work lists cannot be written to {folder} ({error.strerror})",
            next_step="Set FUNDWATCH_HOME to a folder you may write to, with space left",
        ) from None
    return written


_ENDINGS = [[language, "xlsx"] for language in WORK_LIST_TEXTS]


def _write(folder: Path, work: WorkList) -> tuple[str, ...]:
    names = []
    for language in WORK_LIST_TEXTS:
        path = within(folder, f"{work.division}.{language}.xlsx")
        with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{path.name}-", delete=False) as target:
            target.write(draw(work, language=language))
        Path(target.name).chmod(0o600)
        Path(target.name).rename(path)
        names.append(path.name)
    return tuple(names)


def _lists(
    connection: psycopg.Connection, *, month: str, site_version: str, masks: Masks
) -> Iterator[WorkList]:
    wanted = {"month": month, "site": site_version, "employer_rules": _EMPLOYER_RULES}
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_LINES, wanted).fetchall()
        places = cursor.execute(_PLACES, wanted).fetchall()
    lines: dict[str, list[Line]] = defaultdict(list)
    for row in rows:
        lines[row["division"]].append(_line(row, masks))
    pairs: dict[str, list[Pair]] = defaultdict(list)
    for division, pair in pairs_of(connection, month=month, site_version=site_version, masks=masks):
        pairs[division].append(pair)
    names = {place["division"]: place for place in places}
    as_of = next((row["judged_on"] for row in rows if row["judged_on"]), last_day(month))
    for division in sorted(lines.keys() | pairs.keys()):
        known = names.get(division, {})
        chinese = known.get("name_zh") or division
        yield WorkList(
            month, division, {"zh": chinese, "en": known.get("name_en") or chinese}, as_of,
            lines[division], pairs[division],
        )  # fmt: skip


def _line(row: dict[str, Any], masks: Masks) -> Line:
    names = [name if row["is_employer"] else masks.name(name) for name in row["names"] if name]
    numbers = [masks.number(number) for number in row["numbers"] if number]
    return Line(
        case_id=row["case_id"],
        labels={"zh": row["label_zh"] or row["rule_id"], "en": row["label_en"] or row["rule_id"]},
        persons=" / ".join(dict.fromkeys(filter(None, (row["person_id"], row["other_person_id"])))),
        name=" / ".join(dict.fromkeys(names)),
        number=" / ".join(dict.fromkeys(numbers)),
        scheme=row["scheme"] or "",
        first_month=row["first_month"],
        last_month=row["last_month"],
        months=row["months"] or 0,
        amount=row["amount"] or Decimal("0.00"),
        match_class=row["match_class"],
        state=row["state"],
    )


# A case without a county is the city's own.
_LINES = """
with city as (
    select min(division) as division from site.divisions where _site_version = %(site)s and level = 'city'
),
waiting as (
    select
        cases.*,
        coalesce(cases.division, city.division) as place,
        cases.rule_id = any(%(employer_rules)s) as is_employer
    from crosschecks.cases as cases
    left join city on true
    where cases.month = %(month)s and cases.state in ('open', 'dispatched')
),
ids as (
    select case_id, is_employer, id, position
    from waiting
    cross join lateral (values (person_id, 1), (other_person_id, 2)) as named (id, position)
    where id is not null
),
named as (
    select
        ids.case_id,
        array_agg(coalesce(employers.employer_name, persons.person_name) order by position) as names,
        array_agg(persons.identity_number order by position) as numbers
    from ids
    left join business_ledger.persons as persons
        on persons.person_id = ids.id and not ids.is_employer
            and persons.valid_from_batch <= %(month)s
            and (persons.valid_to_batch is null or persons.valid_to_batch > %(month)s)
    left join business_ledger.employers as employers
        on employers.employer_id = ids.id and ids.is_employer
            and employers.valid_from_batch <= %(month)s
            and (employers.valid_to_batch is null or employers.valid_to_batch > %(month)s)
    group by ids.case_id
)
select
    waiting.case_id, waiting.rule_id, rules.label_zh, rules.label_en, waiting.place as division,
    waiting.scheme, waiting.person_id, waiting.other_person_id,
    waiting.first_month, waiting.last_month, waiting.months, waiting.amount, waiting.match_class,
    waiting.state, waiting.judged_on, waiting.is_employer,
    named.names, named.numbers
from waiting
inner join named on named.case_id = waiting.case_id
left join staging_site.crosscheck_rules as rules on rules.rule_id = waiting.rule_id
order by waiting.place collate "C", waiting.amount desc, waiting.rule_id, waiting.case_id
"""
_PLACES = "select division, name_zh, name_en from site.divisions where _site_version = %(site)s"
