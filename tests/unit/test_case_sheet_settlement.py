"""Netting what was paid after a death: against the account, the funeral grant, the balance that is left."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reporting.case_sheets.settlement import PaidAfter, Settlement


def settled(**amounts: str) -> Settlement:
    """A settlement of one payment; what is not given is nothing."""
    given = {name: Decimal(amount) for name, amount in amounts.items()}
    none = Decimal(0)
    payment = PaidAfter(
        "P1",
        "2024-04",
        given.get("pooled", none),
        given.get("account", none),
        given.get("undivided", none),
        (("f", 1),),
    )
    return Settlement(
        None,
        (payment,),
        given.get("balance", none),
        given.get("approved", none),
        given.get("paid", none),
        none,
    )


@pytest.mark.parametrize(
    ("amounts", "gross", "to_recover", "to_survivors"),
    [
        pytest.param({"pooled": "100"}, "100", "100", "0", id="nothing nets"),
        pytest.param({"account": "50", "balance": "50"}, "0", "0", "0", id="balance bears the account part"),
        pytest.param(
            {"account": "50.01", "balance": "50"}, "0.01", "0.01", "0", id="a cent beyond the balance"
        ),
        pytest.param(
            {"pooled": "100", "account": "50", "balance": "80"}, "100", "70", "0", id="balance left nets"
        ),
        pytest.param({"pooled": "100", "approved": "99.99"}, "100", "0.01", "0", id="grant nets"),
        pytest.param(
            {"pooled": "100", "approved": "300", "paid": "250"}, "100", "50", "0", id="only what is unpaid"
        ),
        pytest.param({"pooled": "100", "approved": "300"}, "100", "0", "200", id="grant that is left"),
        pytest.param({"undivided": "70"}, "70", "70", "0", id="without items it is pooled"),
        pytest.param({"balance": "500"}, "0", "0", "500", id="nothing paid: the balance is the heirs'"),
    ],
)
def test_settlement_nets(amounts: dict[str, str], gross: str, to_recover: str, to_survivors: str) -> None:
    settlement = settled(**amounts)
    assert (settlement.gross, settlement.to_recover, settlement.to_survivors) == tuple(
        map(Decimal, (gross, to_recover, to_survivors))
    )


def test_settlement_neither_loses_nor_makes_money() -> None:
    settlement = settled(
        pooled="812.35", account="77.20", undivided="5", balance="120.40", approved="300", paid="12.50"
    )
    owed, held = settlement.pooled + settlement.account, settlement.balance + settlement.grant_open
    assert settlement.to_recover - settlement.to_survivors == owed - held


def test_settlement_nets_no_more_than_is_owed() -> None:
    settlement = settled(pooled="100", approved="300", balance="50")
    assert (settlement.by_grant, settlement.by_balance) == (Decimal(100), Decimal(0))
