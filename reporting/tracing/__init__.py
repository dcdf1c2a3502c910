"""Tracing from a figure to the rows it counts (``backward``), and from a row to its figures (``forward``).

The rows behind a measure are selected by this package's own statements (``rows.py``), so that recomputing a
figure from them checks the models that built it.
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
