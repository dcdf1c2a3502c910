"""Random small cities of money: vouchers, receipts, statements and books on both sides of every boundary.

:func:`write_money` writes a folder as a site has it, for two months; everything is drawn from one seed.
"""

from tests.hostile.money.writing import write_money

__all__ = ["write_money"]
