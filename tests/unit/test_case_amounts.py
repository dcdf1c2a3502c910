"""Amounts of cases as people write them: the same ones at the command line, in an act and at the API."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from fundwatch.acts.case_steps import Act, amount_of, checked
from fundwatch.errors import UsageWrong
from portal.api.acts import EventAsked

TAKEN = [
    "0", "5", "0.00", "007", "1234.5", "1234.56", "0" * 14, "99999999999999", "99999999999999.99",
]  # fmt: skip
REFUSED = [
    "", "1e5", "1_000", "1,000.00", "-1", "-0", "+1", "0.005", "1.000", ".5", "1.", " 1", "1 ", "1\n", "１０",
    "٣", "NaN", "sNaN", "Infinity", "100000000000000", "9" * 15, "9" * 16, "0" * 15, "9" * 5000,
]  # fmt: skip


def act_with(amount: Decimal) -> Act:
    return checked(Act(to="closed", amount=amount, note="n"))


def asked_with(amount: str) -> EventAsked:
    return EventAsked.model_validate({"to": "closed", "after": 0, "amount": amount, "note": "n"})


@pytest.mark.parametrize("text", TAKEN)
def test_amount_is_taken_as_written(text: str) -> None:
    assert amount_of(text) == act_with(Decimal(text)).amount == Decimal(text)
    assert asked_with(text).amount == text


@pytest.mark.parametrize("text", REFUSED)
def test_other_texts_are_no_amount_anywhere(text: str) -> None:
    with pytest.raises(UsageWrong, match="not an amount"):
        amount_of(text)
    with pytest.raises(ValidationError, match="amount"):
        asked_with(text)


@pytest.mark.parametrize(
    "amount", ["-1", "-0", "-0.01", "0.005", "1.000", "NaN", "sNaN", "Infinity", "1e14", "1e999", "9" * 5000]
)
def test_act_takes_no_amount_that_could_not_be_written(amount: str) -> None:
    with pytest.raises(UsageWrong, match="not an amount"):
        act_with(Decimal(amount))
