"""What was done about a case, event by event, as it stands in the record; what is void is marked."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import psycopg

from fundwatch.labels.cases import VOID_EVENTS
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
    for number, state, recorded_at, actor, amount, void_because, *words_of_event in reversed(rows):
        words = [texts.outcomes.get(word, str(word)) for word in words_of_event if word]
        if amount is not None:
            words.append(f"{figure(amount, 'yuan')} {texts.yuan}")
        if void_because is not None:
            words.append(VOID_EVENTS[void_because][0 if texts.language == "zh" else 1])
        day = recorded_at.astimezone(timezone).date().isoformat()
        comma = "，" if texts.language == "zh" else ", "
        lines.append(
            f"{number}. {day} {texts.states[state]} {actor}{''.join(comma + word for word in words)}"
        )
    return lines


_EVENTS = """
select number, state, recorded_at, actor, amount, void_because, finding, decision, outcome
from ops.case_events
left join ops.void_case_events(%(case)s) using (number)
where case_id = %(case)s
order by number desc
limit %(most)s
"""
