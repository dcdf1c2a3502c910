"""Rules of AC83, the items of a payment."""

from __future__ import annotations

from expectations.rules.declaration import Facts, Stage
from expectations.rules.shorthand import readable_amounts
from expectations.sql import amount

FACTS = Facts(stages=(Stage({"item_amount": amount("aae019")}),), typed={"AAE019": "item_amount"})

RULES = (readable_amounts("AC83", *FACTS.typed),)
