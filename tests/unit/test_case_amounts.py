"""Amounts of cases as people write them."""

from decimal import Decimal

import pytest

from fundwatch.acts.case_steps import amount_of
from fundwatch.errors import UsageWrong


@pytest.mark.parametrize("text", ["0", "5", "1234.5", "1234.56", "99999999999999.99"])
def test_amount_is_taken_as_written(text: str) -> None:
    assert amount_of(text) == Decimal(text)


@pytest.mark.parametrize(
    "text", ["", "1e5", "1_000", "1,000.00", "-1", "+1", "0.005", ".5", "1.", " 1", "１０", "NaN", "9" * 15]
)
def test_other_texts_are_no_amount(text: str) -> None:
    with pytest.raises(UsageWrong, match="not an amount"):
        amount_of(text)
