"""The independent computation of contribution bases and their exceptions, in plain Python.

:func:`bases_of` gives the rows of the export ``bases`` of a month, :func:`exceptions_of` those of
``base_exceptions`` without ids and evidence, both as texts by column.
"""

from tests.oracle.bases.computed import bases_of, exceptions_of

__all__ = ["bases_of", "exceptions_of"]
