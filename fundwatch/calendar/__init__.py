"""The feed calendar: which file is due from whom by when, and its state.

``due`` reads the site (senders.csv, calendar.csv); ``arrivals`` sets what is due against what arrived;
``extracts`` does the same for the production database; ``working_days`` knows holidays and make-up days.
"""

from fundwatch.calendar.arrivals import Arrival, State, arrivals
from fundwatch.calendar.due import Due, due_day, due_files, event_day
from fundwatch.calendar.extracts import Extract, Lack, extracts, vanished
from fundwatch.calendar.working_days import WorkingDays

__all__ = [
    "Arrival",
    "Due",
    "Extract",
    "Lack",
    "State",
    "WorkingDays",
    "arrivals",
    "due_day",
    "due_files",
    "event_day",
    "extracts",
    "vanished",
]
