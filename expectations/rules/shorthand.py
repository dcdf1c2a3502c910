"""Short names of our own expectations for rules: each function returns one, over prepared columns."""

from __future__ import annotations

from expectations.reference.codes import CODES
from expectations.reference.facts import EMPLOYERS, PERSONS
from expectations.rules.declaration import Own, Rule
from expectations.sql import quoted

CENT = 0.01
# Of a prepared row: how many cells hold a value that does not parse (Facts.typed).
UNREADABLE = "unreadable_cells"


def identity_number(column: str, *, when: str, needs: tuple[str, ...] = ()) -> Own:
    """Resident identity numbers, where ``when`` is true."""
    return _own("ExpectColumnValuesToBeIdentityNumbers", column=column, when=when, needs=list(needs))


def credit_code(column: str) -> Own:
    """Unified social credit codes."""
    return _own("ExpectColumnValuesToBeCreditCodes", column=column)


def in_table(column: str, relation: str, to_column: str, *, when: str | None = None) -> Own:
    """Values found in a relation of another table."""
    return _own(
        "ExpectColumnValuesToReferToTable", column=column, to_table=relation, to_column=to_column, when=when
    )


def known_person(column: str = "aac001") -> Own:
    """Persons in AC01."""
    return in_table(column, PERSONS, "aac001")


def known_employer(column: str = "aab001", *, when: str | None = None) -> Own:
    """Employers in AB01."""
    return in_table(column, EMPLOYERS, "aab001", when=when)


def is_code(column: str, *, of: tuple[str, ...] = ()) -> Own:
    """Codes of the column's class, or those that map to one of ``of``."""
    chosen = f" and standard in ({', '.join(map(quoted, of))})" if of else ""
    return _own(
        "ExpectColumnValuesToReferToTable",
        column=column,
        to_table=CODES,
        to_column="raw",
        among=f"class = {quoted(column.upper())}{chosen}",
    )


def compared(
    left: str | float,
    operator: str,
    right: str | float,
    *,
    tolerance: float = 0,
    when: str | None = None,
    beside: tuple[str, ...] = (),
) -> Own:
    """Two columns, or a column and a number, that compare."""
    return _own(
        "ExpectColumnsToCompare",
        left=[left],
        operator=operator,
        right=[right],
        tolerance=tolerance,
        when=when,
        beside=list(beside),
    )


def given(
    column: str, *, required_when: str, forbidden_when: str | None = None, needs: tuple[str, ...] = ()
) -> Own:
    """A column that is given where it applies."""
    return _own(
        "ExpectColumnValuesWhereTheyApply",
        column=column,
        required_when=required_when,
        forbidden_when=forbidden_when,
        needs=list(needs),
    )


def readable_amounts(table: str, *columns: str) -> Rule:
    """Rule ``<table>-0``: every amount that is given is one."""
    return Rule(
        rule_id=f"{table}-0",
        severity="critical",
        text_zh="金额项有值但不是金额",
        text_en="An amount column holds a value that is no amount.",
        why="The value counts in no sum, and nobody would miss it.",
        columns=columns,
        fails=f"{UNREADABLE} > 0",
        expectation=compared(UNREADABLE, "=", 0),
    )


def all_of(*parts: Own, needs: tuple[str, ...] = ()) -> Own:
    """Several at once."""
    members = [{"expectation": part.name, **part.arguments} for part in parts]
    return _own("ExpectRowsToMeetAll", parts=members, needs=list(needs))


def _own(name: str, **arguments: object) -> Own:
    return Own(name, {key: value for key, value in arguments.items() if value not in (None, [])})
