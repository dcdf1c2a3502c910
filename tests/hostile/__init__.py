"""Random small cities, rich in rows on both sides of every boundary of the cross-checks.

:func:`write_city` writes a folder as a site has it: parameters, two production databases (the last but one
month, and the last), and the files of the other feeds. Everything is drawn from one seed.
"""

from tests.hostile.writing import BEFORE, MONTH, write_city

__all__ = ["BEFORE", "MONTH", "write_city"]
