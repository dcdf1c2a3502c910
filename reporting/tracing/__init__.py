"""From a figure down to the rows it counts, and from a row up to the figures that count it.

The rows behind a measure are read from the business ledgers by statements of this package alone
(``rows.py``), so that what they recompute proves the models that made the figure.
"""

from reporting.tracing.backward import Trace, measures_of, trace
from reporting.tracing.forward import Containing, containing
from reporting.tracing.scope import Scope, scope_of
from reporting.tracing.stream import COLUMNS, every_row

__all__ = [
    "COLUMNS",
    "Containing",
    "Scope",
    "Trace",
    "containing",
    "every_row",
    "measures_of",
    "scope_of",
    "trace",
]
