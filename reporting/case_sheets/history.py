"""What was done about a case, event by event, as it stands in the record."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import psycopg

from reporting.case_sheets.texts import SheetTexts
from reporting.formatting import figure

MOST_EVENTS = 5
"""Events the sheet shows: the last ones."""


def history_of(
    connection: psycopg.Connection, case_id: str, texts: SheetTexts, *, timezone: ZoneInfo
) -> list[str]:
    """Return a line for each of the last events of a case, in their order; none while nothing was done."""
    rows = connection.execute(_EVENTS, {"case": case_id, "most": MOST_EVENTS}).fetchall()
    lines = []
    for number, state, recorded_at, actor, amount, *words_of_event in reversed(rows):
        words = [texts.outcomes.get(word, str(word)) for word in words_of_event if word]
        if amount is not None:
            words.append(f"{figure(amount, 'yuan')} {texts.yuan}")
        day = recorded_at.astimezone(timezone).date().isoformat()
        comma = "，" if texts.language == "zh" else ", "
        lines.append(
            f"{number}. {day} {texts.states[state]} {actor}{''.join(comma + word for word in words)}"
        )
    return lines


_EVENTS = """
select number, state, recorded_at, actor, amount, finding, decision, outcome
from ops.case_events where case_id = %(case)s order by number desc limit %(most)s
"""
