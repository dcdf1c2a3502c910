"""Every file of the statements R6 and R7, as bytes; the same content gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from reporting.imprint import Imprint
from reporting.snapshot.form_head import HeadLine
from reporting.snapshot.statements import Statements
from reporting.statements import balance, balance_pages, balance_xlsx, four_way, four_way_pages, four_way_xlsx
from reporting.statements.edition import Edition


def draw(
    statements: Statements,
    *,
    month: str,
    as_of: date,
    form_head: Sequence[HeadLine],
    language: str,
    imprint: Imprint | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file, of a publication where an imprint is given.

    Shape:  R6 and R7 as XLSX, PDF and HTML; of accounts or fiscal divisions that are none there are no files.
    """
    edition = Edition(language, as_of, imprint)
    if statements.accounts:
        accounts = balance.lay_out(
            statements, month=month, as_of=as_of, form_head=form_head, language=language
        )
        name = f"{balance.CODE}.{language}"
        yield f"{name}.xlsx", balance_xlsx.draw(accounts, edition)
        yield f"{name}.pdf", balance_pages.draw_pdf(accounts, edition)
        yield f"{name}.html", balance_pages.draw_html(accounts, edition)
    if statements.steps:
        divisions = four_way.lay_out(statements, month=month, language=language)
        name = f"{four_way.CODE}.{language}"
        yield f"{name}.xlsx", four_way_xlsx.draw(divisions, edition)
        yield f"{name}.pdf", four_way_pages.draw_pdf(divisions, edition)
        yield f"{name}.html", four_way_pages.draw_html(divisions, edition)
