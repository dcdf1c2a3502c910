"""Signing off: a draft is reviewed, then approved, by two people who are not its preparer."""

from __future__ import annotations

import unicodedata

import psycopg

from fundwatch.errors import SignOffRefused
from fundwatch.warehouse import Warehouse
from reporting import publications
from reporting.publications import Publication


def review(warehouse: Warehouse, *, number: int, name: str, note: str = "") -> Publication:
    """Sign a draft as its reviewer.

    Again:  the same reviewer signing twice changes nothing.
    Raises: NotFound, SignOffRefused (not a draft, or the preparer's own).
    """
    with warehouse.connect() as connection:
        publication = publications.find(connection, number, lock=True)
        signer = _signer(name)
        if publication.state == "reviewed" and _same(signer, publication.reviewer):
            return publication
        if publication.state != "draft":
            raise _refused(publication, f"it is {publication.state} already")
        if _same(signer, publication.preparer):
            raise _refused(publication, "its preparer may not review it")
        connection.execute(
            "update ops.publications set state = 'reviewed', reviewer = %s, reviewed_at = now(), note = %s"
            " where number = %s",
            (signer, note, number),
        )
        publications.record(connection, actor=signer, action="publication reviewed", number=number, note=note)
        return publications.find(connection, number)


def approve(warehouse: Warehouse, *, number: int, name: str, note: str = "") -> Publication:
    """Sign a reviewed publication as its approver, which publishes it.

    Readers see it from this moment, in place of the month's former one: both change in one transaction.
    Again:  the same approver signing twice changes nothing.
    Raises: NotFound, SignOffRefused (not reviewed, signed by the same person before, older than the month's
            current one, or resting on a table graded F without a reason).
    """
    with warehouse.connect() as connection:
        publication = publications.find(connection, number, lock=True)
        signer = _signer(name)
        if publication.state == "approved" and _same(signer, publication.approver):
            return publication
        current = _current(connection, publication.month)
        _check_approval(publication, signer=signer, note=note, current=current)
        connection.execute(
            "update ops.publications set is_current = false where month = %s and is_current",
            (publication.month,),
        )
        connection.execute(
            "update ops.publications set state = 'approved', approver = %s, approved_at = now(),"
            " is_current = true, replaces = %s, note = concat_ws(' / ', nullif(note, ''), nullif(%s, ''))"
            " where number = %s",
            (signer, current, note, number),
        )
        publications.record(connection, actor=signer, action="publication approved", number=number, note=note)
        return publications.find(connection, number)


def _check_approval(publication: Publication, *, signer: str, note: str, current: int | None) -> None:
    if publication.state != "reviewed":
        raise _refused(publication, f"it is {publication.state}, not reviewed")
    if _same(signer, publication.preparer) or _same(signer, publication.reviewer):
        raise _refused(publication, "preparer, reviewer and approver must be three different people")
    if current is not None and current > publication.number:
        raise _refused(publication, f"the newer publication {current} is the month's current one")
    if publication.not_usable and not note.strip():
        raise _refused(publication, "it rests on tables graded F and no reason is given")


def _current(connection: psycopg.Connection, month: str) -> int | None:
    """Return the number readers see for a month, and keep others from changing it meanwhile."""
    found = connection.execute(
        "select number from ops.publications where month = %s and is_current for update", (month,)
    ).fetchone()
    return found[0] if found else None


def _signer(name: str) -> str:
    signer = _plain(name)
    if not signer:
        raise SignOffRefused("a signature needs a name", next_step="Give the name with --as")
    return signer


def _same(signer: str, other: str | None) -> bool:
    """Whether two names are one person's, however they are typed."""
    return other is not None and _plain(signer).casefold() == _plain(other).casefold()


def _plain(name: str) -> str:
    """Return a name as it is compared: full-width letters folded, spaces single."""
    return " ".join(unicodedata.normalize("NFKC", name).split())


def _refused(publication: Publication, reason: str) -> SignOffRefused:
    return SignOffRefused(
        f"publication {publication.number} cannot be signed: {reason}",
        next_step="Run fundwatch review or approve with another name, or publish the month anew",
    )
