"""Tracing from a figure to the rows it counts (``backward``), and from a row to its figures (``forward``).

Any landed row can be shown (``landed``), also one that no figure counts: evidence of a case, for one.

The rows behind a measure are selected by this package's own statements (``rows.py``), so that recomputing a
figure from them checks the models that built it.
"""

from reporting.tracing.backward import Trace, measures_of, trace
from reporting.tracing.forward import Containing, containing, counting, lines_of
from reporting.tracing.landed import LandedRow, landed_lines, landed_rows
from reporting.tracing.scope import Scope, scope_of
from reporting.tracing.stream import COLUMNS, every_row

__all__ = [
    "COLUMNS",
    "Containing",
    "LandedRow",
    "Scope",
    "Trace",
    "containing",
    "counting",
    "every_row",
    "landed_lines",
    "landed_rows",
    "lines_of",
    "measures_of",
    "scope_of",
    "trace",
]
