"""The quality bulletin R5 of a month, or of the quarter it ends, laid out in one language."""

from __future__ import annotations

from reporting.bulletin import tables
from reporting.bulletin.figures import BulletinFigures
from reporting.bulletin.sentences import paragraphs
from reporting.bulletin.texts import BULLETIN_TEXTS
from reporting.documents.document import Document
from reporting.snapshot.content import Content
from reporting.snapshot.history import QUARTER_ENDS
from reporting.texts import TEXTS, month_in_words

MONTHLY, QUARTERLY = "R5", "R5-quarter"


def lay_out(content: Content, *, language: str, is_quarter: bool = False) -> Document | None:
    """Lay out the bulletin; None where the month was not measured, or for a quarter it does not end."""
    if content.bulletin is None or not content.scorecard:
        return None
    if is_quarter and content.month[5:] not in QUARTER_ENDS:
        return None
    words = BULLETIN_TEXTS[language]
    figures = BulletinFigures(content, content.bulletin, words, is_quarter=is_quarter)
    year, number = content.month[:4], int(content.month[5:])
    period = (
        words.quarter.format(year=year, quarter=number // 3)
        if is_quarter
        else month_in_words(content.month, language)
    )
    return Document(
        form=MONTHLY,
        code=QUARTERLY if is_quarter else MONTHLY,
        title=words.quarter_title if is_quarter else words.title,
        period=period,
        area=figures.names[figures.city],
        headline_title=figures.headline.words.heading,
        headline=figures.headline.lines(),
        summary_title=words.summary,
        paragraphs=paragraphs(figures),
        tables=(
            tables.rates_table(figures),
            tables.changes_table(figures),
            tables.grades_table(figures),
            *tables.other_grades_tables(figures),
            tables.rules_table(figures),
            tables.issues_table(figures),
            tables.checklist_table(figures),
        ),
        not_usable=content.not_usable,
        texts=TEXTS[language],
    )
