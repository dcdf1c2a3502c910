"""Sign-off: a draft is reviewed, then approved, by two people who are not its preparer."""

from __future__ import annotations

import dataclasses
from datetime import UTC

import psycopg

from fundwatch.access.check import faults
from fundwatch.actors import current_user, is_same_person, name_of_signer
from fundwatch.acts import publications
from fundwatch.acts.publications import Publication
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import SignOffRefused

_SHOWN = 5


def review(warehouse: Warehouse, *, number: int, name: str, note: str = "", reason: str = "") -> Publication:
    """Sign a draft as its reviewer; ``reason``: why, though balance statements are not in order.

    Again:  the same reviewer signing twice changes nothing.
    Raises: NotFound, SignOffRefused (not a draft, the preparer's own, of a month that was forgotten, or its
            statements are not in order and no reason is given).
    """
    with warehouse.connect() as connection:
        publication = publications.find(connection, number, lock=True)
        signer = name_of_signer(name, act="a signature")
        if publication.state == "reviewed" and _same(signer, publication.reviewer):
            return publication
        if publication.state != "draft":
            raise _refused(publication, f"it is {publication.state} already")
        if _same(signer, publication.preparer):
            raise _refused(publication, "its preparer may not review it")
        if publications.is_forgotten(connection, publication.month):
            raise _refused(publication, "its month was forgotten, as run by mistake")
        if publication.statement_faults and not reason.strip():
            raise _refused_for_statements(publication, "it is reviewed only with --reason")
        remark = " / ".join(text for text in (note, reason.strip()) if text)
        connection.execute(
            "update ops.publications set state = 'reviewed', reviewer = %s, reviewed_at = now(), note = %s"
            " where number = %s",
            (signer, remark, number),
        )
        _record(connection, publication, signer=signer, action="publication reviewed", note=remark)
        return publications.find(connection, number)


def approve(warehouse: Warehouse, *, number: int, name: str, note: str = "") -> Publication:
    """Sign a reviewed publication as its approver, which publishes it.

    It replaces the month's current publication in one transaction; then everybody may read its files. The
    result names what was prepared later and waits.
    Again:  the same approver signing twice changes nothing.
    Raises: NotFound, SignOffRefused (not reviewed, signed by the same person before, older than the month's
            current one, compared with another than that, built on a table graded F without a reason, its
            balance statements are not in order, or the database does not keep its readers apart).
    """
    with warehouse.connect() as connection:
        publication = publications.find(connection, number, lock=True)
        signer = name_of_signer(name, act="a signature")
        if publication.state == "approved" and _same(signer, publication.approver):
            return _published(warehouse, connection, publication)
        current = publications.current_number(connection, publication.month, lock=True)
        _check_approval(publication, signer=signer, note=note, current=current)
        _check_access(connection, publication)
        connection.execute(
            "update ops.publications set is_current = false where month = %s and is_current",
            (publication.month,),
        )
        connection.execute(
            "update ops.publications set state = 'approved', approver = %s, approved_at = now(),"
            " is_current = true, note = concat_ws(' / ', nullif(note, ''), nullif(%s, '')) where number = %s",
            (signer, note, number),
        )
        _record(connection, publication, signer=signer, action="publication approved", note=note)
        connection.commit()
        return _published(warehouse, connection, publications.find(connection, number))


def _published(warehouse: Warehouse, connection: psycopg.Connection, publication: Publication) -> Publication:
    publications.allow_reading(publications.folder_of(warehouse.home, publication.number), everybody=True)
    return dataclasses.replace(publication, newer_waiting=publications.waiting_after(connection, publication))


def _check_approval(publication: Publication, *, signer: str, note: str, current: int | None) -> None:
    if publication.state != "reviewed":
        raise _refused(publication, f"it is {publication.state}, not reviewed")
    if _same(signer, publication.preparer) or _same(signer, publication.reviewer):
        raise _refused(publication, "preparer, reviewer and approver must be three different people")
    if current is not None and current > publication.number:
        raise _refused(publication, f"the newer publication {current} is the month's current one")
    if current != publication.replaces:
        raise _refused(
            publication, f"publication {current} was approved since, whose cells it does not compare"
        )
    if publication.statement_faults:
        raise _refused_for_statements(publication, "it cannot be approved")
    if publication.not_usable and not note.strip():
        raise _refused(publication, "it rests on tables graded F and no reason is given")


def _check_access(connection: psycopg.Connection, publication: Publication) -> None:
    """Refuse to publish what readers might see more of than their grants cover."""
    found = faults(connection, roles_required=False)
    if found:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        raise SignOffRefused(
            f"publication {publication.number} cannot be signed: readers might see more of it than they may"
            f" ({found[0]}{more})",
            next_step="Put right what fundwatch db status names under access_faults, then approve it again",
        )


def _record(
    connection: psycopg.Connection, publication: Publication, *, signer: str, action: str, note: str
) -> None:
    ((signed_at,),) = connection.execute("select now()").fetchall()
    details = {
        "month": publication.month, "sha256": publication.sha256, "note": note,
        "operator": current_user(), "signed_at": signed_at.astimezone(UTC).isoformat(),
    }  # fmt: skip
    publications.record(connection, actor=signer, action=action, number=publication.number, details=details)


def _same(signer: str, other: str | None) -> bool:
    """Whether two names are the same person's, however they are typed."""
    return other is not None and is_same_person(signer, other)


def _refused_for_statements(publication: Publication, consequence: str) -> SignOffRefused:
    shown = ", ".join(publication.statement_faults[:_SHOWN])
    more = ", …" if len(publication.statement_faults) > _SHOWN else ""
    return SignOffRefused(
        f"publication {publication.number} rests on balance statements that are not in order, so"
        f" {consequence}: {shown}{more}",
        next_step="Correct the journals or statement_register.csv, then run the month and publish it anew",
    )


def _refused(publication: Publication, reason: str) -> SignOffRefused:
    return SignOffRefused(
        f"publication {publication.number} cannot be signed: {reason}",
        next_step="Run fundwatch review or approve with another name, or publish the month anew",
    )
