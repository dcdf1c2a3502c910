"""The independent oracle: what every export must say, computed from a city folder in plain Python.

It reads the city's own files (``production-YYYY-MM.db``, ``inbox/<feed>/``, ``site/*.csv``) and
shares no code with the warehouse, so that two readings of the specification meet in the tests.

* :func:`indicators` and :data:`UNITS`: the statistical ledger of a month
* :func:`breakdowns` and :func:`movements`: its rows by kind, sex and age; who entered and left
* :func:`report_cells`: the forms R1 to R4, cell by cell
* :func:`scorecard` and :func:`rule_results`: the rates and the rules by division
* :func:`accuracy`: rows without fault by monitored category
* :func:`arrival_rates` and :func:`review_rates`: how the files of fund data arrive, and how far they agree
* :func:`arrival_review`: tax vouchers against arrived contributions
* the package :mod:`crosschecks`: the cases
* :func:`file_totals`: rows and amount of every file in the inbox
"""

from tests.oracle.arrival import arrival_review
from tests.oracle.arrivals import arrival_rates
from tests.oracle.breakdowns import breakdowns
from tests.oracle.categories import accuracy
from tests.oracle.files import file_totals
from tests.oracle.indicators import indicators
from tests.oracle.kinds import UNITS
from tests.oracle.movements import movements
from tests.oracle.rates import scorecard
from tests.oracle.reports import report_cells
from tests.oracle.review_rates import review_rates
from tests.oracle.rules import RULES, rule_results

__all__ = [
    "RULES",
    "UNITS",
    "accuracy",
    "arrival_rates",
    "arrival_review",
    "breakdowns",
    "file_totals",
    "indicators",
    "movements",
    "report_cells",
    "review_rates",
    "rule_results",
    "scorecard",
]
