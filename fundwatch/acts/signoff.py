"""A publication is signed here: its draft is reviewed, then approved, by two who did not prepare it."""

from __future__ import annotations

import dataclasses
from typing import LiteralString

from fundwatch.access.check import faults
from fundwatch.actors import current_user, name_of_signer
from fundwatch.acts import publications
from fundwatch.acts.notes import checked_note
from fundwatch.acts.publications import Publication
from fundwatch.acts.refusals import Connection, done
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import SignOffRefused


def review(warehouse: Warehouse, *, number: int, name: str, note: str = "", reason: str = "") -> Publication:
    """Sign a draft as its reviewer, as ``review_in`` does."""
    with warehouse.connect() as connection:
        review_in(connection, number=number, name=name, note=note, reason=reason)
        return publications.find(connection, number)


def review_in(
    connection: Connection,
    *,
    number: int,
    name: str | None = None,
    note: str = "",
    reason: str = "",
) -> bool:
    """Sign a draft as its reviewer, in the caller's transaction; return whether it was not signed so before.

    ``name``: who signs, on a connection of the pipeline. None on a connection of the portal: then it is the
    session's user, who must be a statistician from the city up.
    ``reason``: why, though balance statements are not in order.
    Again:  the same reviewer signing twice changes nothing.
    Raises: NotFound, SignOffRefused (not a draft, of a month that was forgotten, or its statements are not in
            order and no reason is given), SamePerson (the preparer's own), UsageWrong (a note that may not be
            kept), NotPermitted, AuditUnavailable.
    """
    values = {"number": number, "note": checked_note(note), "reason": checked_note(reason)}
    if name is None:
        return _signed(
            connection, "select portal.review_publication(%(number)s, %(note)s, %(reason)s)", values
        )
    act = "select ops.review_publication(%(who)s, %(number)s, %(note)s, %(reason)s, %(operator)s)"
    return _signed(connection, act, values | _signer(name))


def approve(warehouse: Warehouse, *, number: int, name: str, note: str = "") -> Publication:
    """Sign a reviewed publication as its approver, as ``approve_in`` does; then everybody may read its files.

    The result names what was prepared later and waits.
    """
    with warehouse.connect() as connection:
        approve_in(connection, number=number, name=name, note=note)
        connection.commit()
        publication = publications.find(connection, number)
        publications.allow_reading(publications.folder_of(warehouse.home, number), everybody=True)
        waiting = publications.waiting_after(connection, publication)
        return dataclasses.replace(publication, newer_waiting=waiting)


def approve_in(connection: Connection, *, number: int, name: str | None = None, note: str = "") -> bool:
    """Sign a reviewed publication as its approver, which publishes it with the caller's commit.

    It replaces the month's current publication. Returns whether it was not signed so before.
    ``name``: who signs, on a connection of the pipeline. None on a connection of the portal: then it is the
    session's user, who must be a supervisor from the city up.
    Again:  the same approver signing twice changes nothing.
    Raises: NotFound, SignOffRefused (not reviewed, older than the month's current one, compared with another
            than that, built on a table graded F without a reason, its balance statements are not in order, or
            the database does not keep its readers apart), SamePerson (who prepared or reviewed it),
            UsageWrong (a note that may not be kept), NotPermitted, AuditUnavailable.
    """
    values: dict[str, object] = {"number": number, "note": checked_note(note)}
    act: LiteralString = "select portal.approve_publication(%(number)s, %(note)s)"
    if name is not None:
        act = "select ops.approve_publication(%(who)s, %(number)s, %(note)s, %(operator)s)"
        values |= _signer(name)
    with connection.transaction():
        if is_new := _signed(connection, act, values):
            _check_access(connection, number)
        return is_new


def _check_access(connection: Connection, number: int) -> None:
    """Refuse to publish what readers might see more of than their grants cover."""
    open_access = faults(connection, roles_required=False)
    if open_access:
        more = f" and {len(open_access) - 1} more" if len(open_access) > 1 else ""
        raise SignOffRefused(
            f"publication {number} cannot be signed: readers might see more of it than they may"
            f" ({open_access[0]}{more})",
            next_step="Put right what fundwatch db status names under access_faults, then approve it again",
        )


def _signer(name: str) -> dict[str, object]:
    return {"who": name_of_signer(name, act="a signature"), "operator": current_user()}


def _signed(connection: Connection, act: LiteralString, values: dict[str, object]) -> bool:
    (is_new,) = done(connection, act, values)
    return bool(is_new)
