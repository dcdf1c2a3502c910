"""Random small cities of money: vouchers, receipts, statements and books on both sides of every boundary.

:func:`write_money` writes a folder as a site has it, for two months; everything is drawn from one seed.
"""

from datetime import date

from tests.hostile.money.writing import write_money

AS_OF = date(2024, 7, 1)
"""The day the last month is looked at: a working day, on which the premium of June is due."""

__all__ = ["AS_OF", "write_money"]
