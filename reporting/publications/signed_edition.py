"""The signed edition: the files of an approved publication, with names and days in place of the draft's.

It draws files again once a publication is signed; the signing is in fundwatch/acts/signoff.py.
"""

from __future__ import annotations

import psycopg

from fundwatch.acts import publications
from fundwatch.acts.publications import Publication
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import ReproductionDiffers
from fundwatch.operators import listed_operators
from fundwatch.settings import Settings
from reporting.imprint import Signature
from reporting.publications import store
from reporting.publications.corrections import all_changes
from reporting.publications.drafting import imprint_of, publication_files, render_into
from reporting.publications.parts import SIGNED_PARTS, hash_parts
from reporting.publications.stored import Stated, stated_in
from reporting.snapshot.stored import stored_content


def write_signed(warehouse: Warehouse, settings: Settings, *, number: int) -> None:
    """Draw the files of an approved publication again, signed, into its folder.

    Source: its stored content; names as ``operators.csv`` displays them, days as the site's clocks had them.
    Shape:  ops.publication_signatures and ops.publication_signed_files, one entry in the audit log.
    Again:  an edition that is there is left alone, and so are the files of a publication whose content an
            older version did not store.
    Raises: ReproductionDiffers (the stored content is not what was published), FolderUnusable.
    """
    with warehouse.connect() as connection:
        publication = publications.find(connection, number, lock=True)
        if publication.state != "approved" or store.signatures_of(connection, number):
            return
        content = stored_content(connection, number)
        if content is None:
            return
        if content.sha256 != publication.content_sha256:
            raise ReproductionDiffers(
                f"the stored content of publication {number} is not what was signed",
                state="Its files stay those of the draft",
                next_step="Restore the warehouse from a backup",
            )
        former = publication.replaces
        changed = None if former is None else all_changes(stated_in(connection, former), Stated.of(content))
        store.store_signatures(connection, number, _signatures(connection, settings, publication))
        files = render_into(
            publications.folder_of(settings.home, number),
            publication_files(content, imprint_of(connection, publication), changed),
            is_published=True,
        )
        store.store_signed_files(connection, number, files)
        publications.record(
            connection, actor=publication.approver or "", action="signed edition written", number=number,
            details={
                "sha256": store.seal(content.sha256, files), "files": len(files),
                "parts": hash_parts(connection, number, of=SIGNED_PARTS),
            },
        )  # fmt: skip


def missing(connection: psycopg.Connection) -> tuple[int, ...]:
    """Return the numbers of publications approved at the portal, which draws no files, without an edition."""
    rows = connection.execute(
        "select p.number from ops.publications as p where p.state = 'approved'"
        " and exists (select from ops.audit as a where a.stream = 'publications'"
        " and a.object = 'publication ' || p.number and a.action = 'publication approved'"
        " and a.details::json ->> 'operator' = 'portal')"
        " and exists (select from ops.publication_content as c where c.number = p.number)"
        " and not exists (select from ops.publication_signatures as s where s.number = p.number)"
        " order by p.number"
    )
    return tuple(number for (number,) in rows)


def _signatures(
    connection: psycopg.Connection, settings: Settings, publication: Publication
) -> tuple[Signature, ...]:
    displays = {operator.name: operator.display for operator in listed_operators(settings)}
    ((*days,),) = connection.execute(
        "select (prepared_at at time zone %(zone)s)::date, (reviewed_at at time zone %(zone)s)::date,"
        " (approved_at at time zone %(zone)s)::date from ops.publications where number = %(number)s",
        {"zone": str(settings.timezone), "number": publication.number},
    )
    names = (
        publication.preparer_display,
        *(displays.get(name or "", name or "") for name in (publication.reviewer, publication.approver)),
    )
    return tuple(Signature(name, day) for name, day in zip(names, days, strict=True))
