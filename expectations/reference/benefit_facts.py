"""The facts of a benefit from other tables: its entitlement, and the sum of its items.

Relations like those of ``expectations.reference.facts``, one row per key.
"""

from __future__ import annotations

from expectations.reference.facts import Fact, cells, joined_codes, last_handled, latest
from expectations.sql import amount

ENTITLEMENTS = "quality.measuring_entitlements"
PAYMENT_ITEMS = "quality.measuring_payment_items"


# A scheme that is no code is compared as written.
_ENTITLEMENT = "aaz257, aac001 as person, coalesce(aae140_code.standard, aae140) as scheme"


def _items(month: str, only: str) -> str:
    """Return the query of the sum of items per payment, of the current version of each item.

    In yuan; null where the amount of one item is not valid.
    """
    item = "coalesce(aaa036_code.standard, aaa036)"
    return (
        "select aaz220, case when bool_and(item_amount is not null) then sum(item_amount) end as total\n"
        f"from (\nselect distinct on (aaz220, {item}) aaz220, {amount('aae019')} as item_amount\n"
        f"from {cells('AC83', ['AAZ220', 'AAA036', 'AAE019', 'AAE036'], month, only)} as cells\n"
        f"{joined_codes(('AAA036',))}\nwhere aaz220 is not null\n"
        f"order by aaz220, {item}, {last_handled('AC83')}\n) as items\ngroup by aaz220"
    )


BENEFIT_FACTS = (
    Fact(
        ENTITLEMENTS, "AC60", "aaz257", "AAZ257",
        lambda month, only: latest("AC60", ("AAZ257",), _ENTITLEMENT, month, only),
    ),
    Fact(PAYMENT_ITEMS, "AC83", "aaz220", "AAZ220", _items),
)  # fmt: skip
