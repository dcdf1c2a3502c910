"""Matches by hand: entries of one account that one person joins or writes off, and a second one confirms.

What is proposed has no effect before it is confirmed, nor has an undoing. Acts are kept in
``ops.hand_matches`` for ever, each with its entry in the audit log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from fundwatch import audit
from fundwatch.actors import is_same_person, name_of_signer
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound, NotUnique, SamePerson, SignOffRefused, TransitionRefused, UsageWrong
from fundwatch.queries import lock_key, one_row

_LIKELY_NAME = re.compile(r"[0-9a-f]{4,16}")
_LENGTH, _SHOWN = 16, 5


@dataclass(frozen=True)
class HandMatch:
    """Entries joined (kind match) or one taken out (write_off), from a month on, and how it stands.

    ``state``: proposed, in_force, undo_proposed (still in force), undone or withdrawn; ``reason`` is that of
    the proposal, ``last_by`` who acted last.
    """

    match_id: int
    kind: str
    account_no: str
    from_month: str
    entries: list[str]
    state: str
    is_in_force: bool
    proposed_by: str
    reason: str
    last_by: str
    last_at: datetime


@dataclass(frozen=True)
class _Entry:
    """An entry as it is known: ``from_month`` is the first month whose matching has it."""

    entry_id: str
    account_no: str | None
    from_month: str


def propose(
    warehouse: Warehouse, *, entries: Sequence[str], is_write_off: bool, name: str, reason: str
) -> HandMatch:
    """Propose to join entries of one account whatever their sum, or to take one out.

    Source: the entries of months that were reconciled, each by its name or the beginning of it.
    Shape:  the match holds, once confirmed, from the first month on that has all its entries.
    Raises: NotFound, NotUnique, UsageWrong (too few entries, or of several accounts), TransitionRefused (an
            entry is in another match), SignOffRefused (no reason, no letter in the name).
    """
    with warehouse.connect() as connection:
        actor, reason = _signed(name, reason)
        _take_turn(connection)
        known = {entry.entry_id: entry for entry in (_find_entry(connection, begins) for begins in entries)}
        account, from_month = _require_one_account(list(known.values()), is_write_off=is_write_off)
        _refuse_taken(connection, list(known))
        match_id = one_row(connection.execute("select coalesce(max(match_id), 0) + 1 from ops.hand_matches"))[
            0
        ]
        about = {"account_no": account, "from_month": from_month, "entries": sorted(known)}
        act = "write_off" if is_write_off else "match"
        _enter(connection, match_id, act=act, actor=actor, reason=reason, about=about)
        return _find_match(connection, match_id)


def undo(warehouse: Warehouse, *, match_id: int, name: str, reason: str) -> HandMatch:
    """Propose to undo a match; one that was not confirmed is withdrawn at once, as it never counted.

    Raises: NotFound, TransitionRefused (undone already, or about to be), SignOffRefused.
    """
    with warehouse.connect() as connection:
        actor, reason = _signed(name, reason)
        _take_turn(connection)
        match = _find_match(connection, match_id)
        act = {"proposed": "withdraw", "in_force": "undo"}.get(match.state)
        if act is None:
            raise _refused(match, "it is {state} already")
        _enter(connection, match_id, act=act, actor=actor, reason=reason)
        return _find_match(connection, match_id)


def confirm(warehouse: Warehouse, *, match_id: int, name: str) -> HandMatch:
    """Confirm what somebody else proposed of a match: the match itself, or its undoing.

    Again:  who confirmed it last changes nothing.
    Raises: NotFound, SamePerson, TransitionRefused (nothing is proposed), SignOffRefused.
    """
    with warehouse.connect() as connection:
        actor = name_of_signer(name, act="a hand match")
        _take_turn(connection)
        match = _find_match(connection, match_id)
        is_open = match.state in ("proposed", "undo_proposed")
        if is_same_person(actor, match.last_by):
            if match.state in ("in_force", "undone"):
                return match
            if is_open:
                raise SamePerson(
                    f"hand match {match_id} is not confirmed by who proposed it",
                    next_step="Let somebody else confirm it",
                )
        if not is_open:
            raise _refused(match, "it is {state}, and nothing is proposed")
        _enter(connection, match_id, act="confirm", actor=actor, reason="")
        return _find_match(connection, match_id)


def hand_matches(warehouse: Warehouse) -> list[HandMatch]:
    """Return all hand matches, the first one first."""
    with warehouse.connect() as connection, connection.cursor(row_factory=class_row(HandMatch)) as cursor:
        return cursor.execute(f"{_STATES} order by match_id").fetchall()


def in_force(connection: psycopg.Connection, *, month: str) -> Mapping[str, HandMatch]:
    """Return entry -> the hand match that holds it in the matching of a month."""
    with connection.cursor(row_factory=class_row(HandMatch)) as cursor:
        cursor.execute(f"{_STATES} where is_in_force and from_month <= %s", (month,))
        return {entry: match for match in cursor for entry in match.entries}


def months_due(warehouse: Warehouse, match: HandMatch) -> list[str]:
    """Return the months that were reconciled and are to be again, once a match was confirmed or undone."""
    with warehouse.connect() as connection:
        rows = connection.execute(
            "select distinct month from ops.runs where step = 'reconcile' and month >= %s order by month",
            (match.from_month,),
        )
        return [month for (month,) in rows]


def _signed(name: str, reason: str) -> tuple[str, str]:
    actor, reason = name_of_signer(name, act="a hand match"), reason.strip()
    if not reason:
        raise SignOffRefused("nothing is matched by hand without a reason", next_step="Say why with --reason")
    return actor, reason


def _take_turn(connection: psycopg.Connection) -> None:
    connection.execute("select pg_advisory_xact_lock(%s)", (lock_key("hand matches"),))


def _find_entry(connection: psycopg.Connection, name: str) -> _Entry:
    begins = name.strip().lower()
    rows: list[_Entry] = []
    ((relation,),) = connection.execute("select to_regclass('reconciliation.statement_items')")
    if relation is not None and _LIKELY_NAME.fullmatch(begins):
        is_whole = len(begins) == _LENGTH
        query = _ENTRIES.replace("like", "=") if is_whole else _ENTRIES
        values = {"begins": begins if is_whole else f"{begins}%", "limit": _SHOWN + 1}
        with connection.cursor(row_factory=class_row(_Entry)) as cursor:
            rows = cursor.execute(query, values).fetchall()
    if not rows:
        raise NotFound(
            "there is no entry of that name in a month that was reconciled",
            next_step="Take the name from fundwatch statement, its first 4 characters or more",
        )
    if len(rows) > 1:
        shown = ", ".join(entry.entry_id for entry in rows[:_SHOWN])
        raise NotUnique(
            f"the names of several entries begin so: {shown}{', …' if len(rows) > _SHOWN else ''}",
            next_step="Give more characters of the name",
        )
    return rows[0]


def _require_one_account(entries: Sequence[_Entry], *, is_write_off: bool) -> tuple[str, str]:
    """Return the account of the entries, and the first month that has them all."""
    if len(entries) < 2 and not is_write_off:  # noqa: PLR2004 - an entry is matched with another one
        raise UsageWrong(
            "one entry alone is matched with nothing", next_step="Name another one, or use write-off"
        )
    accounts = {entry.account_no for entry in entries}
    account = next(iter(accounts))
    if len(accounts) > 1 or account is None:
        raise UsageWrong(
            "the entries are not of one account", next_step="Match the entries of each account by themselves"
        )
    return account, max(entry.from_month for entry in entries)


def _refuse_taken(connection: psycopg.Connection, entries: Sequence[str]) -> None:
    taken = connection.execute(
        "select match_id, state from ops.hand_match_states"
        " where entries && %s and state not in ('undone', 'withdrawn') order by match_id limit 1",
        (list(entries),),
    ).fetchone()
    if taken:
        raise TransitionRefused(
            f"an entry of these is in hand match {taken[0]}, which is {taken[1].replace('_', ' ')}",
            next_step=f"Undo that one first: fundwatch unmatch {taken[0]}",
        )


def _find_match(connection: psycopg.Connection, match_id: int) -> HandMatch:
    with connection.cursor(row_factory=class_row(HandMatch)) as cursor:
        match = cursor.execute(f"{_STATES} where match_id = %s", (match_id,)).fetchone()
    if match is None:
        raise NotFound(f"there is no hand match {match_id}", next_step="See fundwatch match")
    return match


def _enter(
    connection: psycopg.Connection,
    match_id: int,
    *,
    act: str,
    actor: str,
    reason: str,
    about: Mapping[str, object] | None = None,
) -> None:
    values = {"account_no": None, "from_month": None, "entries": None, **(about or {})}
    values |= {"match_id": match_id, "act": act, "actor": actor, "reason": reason}
    (act_id,) = one_row(connection.execute(_ACT, values))
    details = {"act": act_id, "from_month": values["from_month"], "entries": values["entries"]}
    audit.append(
        connection, stream=audit.MATCHES, actor=actor, action=_ACTIONS[act], about=f"hand match {match_id}",
        details={name: value for name, value in (details | {"reason": reason}).items() if value},
    )  # fmt: skip


def _refused(match: HandMatch, why: str) -> TransitionRefused:
    state = match.state.replace("_", " ")
    return TransitionRefused(
        f"hand match {match.match_id} cannot be changed so: {why.format(state=state)}",
        next_step="See fundwatch match",
    )


_ACTIONS = {
    "match": "match proposed",
    "write_off": "write-off proposed",
    "undo": "undoing proposed",
    "withdraw": "proposal withdrawn",
    "confirm": "proposal confirmed",
}
_ACT = """
    insert into ops.hand_matches (match_id, act, account_no, from_month, entries, actor, reason)
    values (%(match_id)s, %(act)s, %(account_no)s, %(from_month)s, %(entries)s, %(actor)s, %(reason)s)
    returning act_id
"""
_STATES = """
    select match_id, kind, account_no, from_month, entries, state, is_in_force, proposed_by, reason, last_by,
        last_at
    from ops.hand_match_states
"""
# Of the month built last every entry is known, of the others what was outstanding or matched by hand.
_ENTRIES = """
    select entries.entry_id, entries.account_no,
        max(greatest(to_char(entries.booked_on, 'YYYY-MM'), files.month)) as from_month
    from (
        select entry_id, account_no, booked_on, source_file_id from reconciliation.bank_entries
        where entry_id like %(begins)s
        union
        select entry_id, account_no, booked_on, source_file_id from reconciliation.book_entries
        where entry_id like %(begins)s
        union
        select entry_id, account_no, booked_on, source_file_id from reconciliation.statement_items
        where entry_id like %(begins)s
    ) as entries
    inner join ops.files as files on files.file_id = entries.source_file_id
    group by entries.entry_id, entries.account_no
    order by entries.entry_id collate "C"
    limit %(limit)s
"""
