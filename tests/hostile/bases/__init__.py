"""Random small cities of contribution bases, declared and paid on both sides of every boundary.

:func:`write_bases` writes a folder as a site has it, with three batches; everything is drawn from one seed.
"""

from tests.hostile.bases.writing import LANDED, write_bases

__all__ = ["LANDED", "write_bases"]
