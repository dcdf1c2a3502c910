"""Scenes of single payments: without right, of a wrong sum, twice, in cash, to another, come back."""

from __future__ import annotations

import numpy as np

from simulator import clock, names, numbers
from simulator.entities.benefits import ACCOUNT, BASIC, DEATH_BENEFIT, FUNERAL
from simulator.entities.payments import BANK, CASH, PENDING, POST, RETURNED
from simulator.faults.crosschecks.deaths import ended, pensioner
from simulator.faults.crosschecks.monitored import approve
from simulator.faults.crosschecks.records import Player, Right
from simulator.faults.crosschecks.stage import Stage
from simulator.parameters import PENSION

_UNKNOWN_ENTITLEMENT = 39_500_001
_FIRST_SHARED_CARD = 900_000_001
_LEAST_SHARING = 4


def payment_without_entitlement(stage: Stage) -> None:
    """Paid for a right nobody knows, and for months after AAE211."""
    rule, month = "payment_without_entitlement", stage.last - 1
    player, right = pensioner(stage)
    places = stage.pay(right, [month, stage.last])
    for place in places:
        unknown = _UNKNOWN_ENTITLEMENT + len(stage.paid_out)
        stage.change("AC82", place, {"AAZ257": unknown})
        stage.breaks("AC82-1", stage.paid_out[place])
    stage.plant(rule, player, scheme=PENSION, since=month)
    player, right = ended(stage, month - 1)
    stage.pay(right, [month - 1, month])
    stage.plant(rule, player, scheme=PENSION, since=month)
    player, right = ended(stage, month)
    stage.pay(right, [month])
    stage.decoy(rule, player, scheme=PENSION, why="paid for the month of AAE211 itself")
    player, right = ended(stage, month - 1)
    stage.pay(right, [month], result=RETURNED, reason="AC04")
    stage.decoy(rule, player, scheme=PENSION, why="what was paid too much came back")
    player = stage.person(age=70)
    grant = stage.entitle(
        player, PENSION, kind=DEATH_BENEFIT, first=month - 1, last=month - 1, items={FUNERAL: 1_200_000}
    )
    approve(stage, grant, FUNERAL, cents=1_200_000, start=month, end=month)
    stage.pay(grant, [month])
    stage.decoy(rule, player, scheme=PENSION, why="a death benefit has no last month to pay for")


def paid_differs_from_approved(stage: Stage) -> None:
    """Two fen more, or half a pension, than approved; a fen is rounding."""
    rule, month = "paid_differs_from_approved", stage.last - 1
    for more in (2, -100_000):
        player, right = pensioner(stage)
        first, second = (cents for _, cents in right.items)
        stage.pay(right, [month], amounts=(first + more, second))
        stage.plant(rule, player, scheme=PENSION, since=month)
    player, right = pensioner(stage)
    first, second = (cents for _, cents in right.items)
    stage.pay(right, [month], amounts=(first + 1, second))
    stage.decoy(rule, player, scheme=PENSION, why="a fen of rounding")
    player, right = pensioner(stage)
    stage.pay(right, [month], result=RETURNED, reason="AC06")
    stage.pay(right, [month], booked=stage.last)
    stage.decoy(rule, player, scheme=PENSION, why="returned and paid again")
    player, right = pensioner(stage)
    stage.pay(right, [month], amounts=(first, 0))
    stage.pay(right, [month], booked=stage.last, amounts=(0, second))
    stage.plant(rule, player, scheme=PENSION, since=month, until=month)
    stage.decoy(rule, player, scheme=PENSION, why="paid in two parts", since=stage.last)


def duplicate_payment(stage: Stage) -> None:
    """The same amount for the same month twice: more than approved, too."""
    rule, month = "duplicate_payment", stage.last - 1
    player, right = pensioner(stage)
    stage.pay(right, [month])
    stage.pay(right, [month], booked=stage.last)
    stage.plant(rule, player, scheme=PENSION, since=stage.last)
    stage.plant("paid_differs_from_approved", player, scheme=PENSION, since=stage.last)
    player, right = pensioner(stage)
    stage.pay(right, [month], result=RETURNED, reason="AC01")
    stage.pay(right, [month], booked=stage.last)
    stage.decoy(rule, player, scheme=PENSION, why="the first was returned")
    player, right = pensioner(stage)
    (place,) = stage.pay(right, [month])
    if month >= stage.first:
        stage.bank_results[place] = ("returned", "AC04")
        stage.pay(right, [month], booked=stage.last)
        stage.decoy(rule, player, scheme=PENSION, why="the bank says that the first came back")
    player, right = pensioner(stage)
    stage.pay(right, [month, stage.last])
    stage.decoy(rule, player, scheme=PENSION, why="the same amount for another month")


def paid_in_cash(stage: Stage) -> None:
    """Cash in hand; by post is no cash, and what is pending is not paid."""
    rule = "paid_in_cash"
    player, right = pensioner(stage)
    stage.pay(right, [stage.last - 1], channel=CASH)
    stage.plant(rule, player, scheme=PENSION, since=stage.last - 1)
    player, right = pensioner(stage)
    stage.pay(right, [stage.last], channel=CASH, result=PENDING)
    stage.decoy(rule, player, scheme=PENSION, why="pending")
    player, right = pensioner(stage)
    stage.pay(right, [stage.last - 1], channel=POST)
    stage.decoy(rule, player, scheme=PENSION, why="paid by post")


def shared_account(stage: Stage) -> None:
    """Four persons on one account; three of a family, four in two months, or of a care home, are none."""
    rule, month = "shared_account", stage.last - 1
    account = _share(stage, _LEAST_SHARING, [month])
    stage.plant(rule, account, since=month)
    account = _share(stage, _LEAST_SHARING + 1, [month])
    stage.whitelist.append((account, "养老院代管，已于期前终止", "2015-01", clock.month_text(month - 1)))
    stage.plant(rule, account, since=month)
    account = _share(stage, _LEAST_SHARING - 1, [month])
    stage.decoy(rule, account, why="three of a family")
    account = _share(stage, _LEAST_SHARING - 2, [month])
    _share(stage, _LEAST_SHARING - 2, [stage.last], account=account)
    stage.decoy(rule, account, why="four persons, but two a month")
    account = _share(stage, 2 * _LEAST_SHARING, [month, stage.last])
    stage.whitelist.append((account, "大同区福利院统一代管", "2015-01", ""))
    stage.decoy(rule, account, why="a care home on the list")


def _share(stage: Stage, persons: int, months: list[int], *, account: str | None = None) -> str:
    """Pay pensions of so many persons to one account, a new one unless said; return it."""
    serial = np.array([_FIRST_SHARED_CARD + len(stage.players)])
    account = account or str(numbers.card_numbers(serial)[0])
    for _ in range(persons):
        _, right = pensioner(stage)
        stage.change("AC60", right.place, {"AAE010": account})
        for place in stage.pay(right, months):
            stage.change("AC82", place, {"AAE010": account})
            stage.cards[place] = account
    return account


def payee_name_mismatch(stage: Stage) -> None:
    """The bank's payee is somebody else; written otherwise, or returned for it, is none."""
    rule, month = "payee_name_mismatch", stage.last
    player, right = pensioner(stage)
    stranger = names.unrelated_name(stage.rng, player.name, male=False)
    _pay_to(stage, right, month, stranger)
    stage.plant(rule, player, scheme=PENSION, since=month)
    first, second = names.homophone_name(stage.rng)
    player = stage.person(age=77, name=first)
    right = _right(stage, player)
    _pay_to(stage, right, month, second)
    stage.decoy(rule, player, scheme=PENSION, why="another character that sounds alike")
    player = stage.person(age=77, name=first)
    _pay_to(stage, _right(stage, player), month, names.rewritten(first, stage.last))
    stage.decoy(rule, player, scheme=PENSION, why="the same name as another office writes it")
    player, right = pensioner(stage)
    (place,) = stage.pay(right, [month], result=RETURNED, reason="BE01")
    stage.payees[place] = names.unrelated_name(stage.rng, player.name, male=True)
    stage.decoy(rule, player, scheme=PENSION, why="returned for the other name")


def _right(stage: Stage, player: Player) -> Right:
    first = clock.month_of(player.birth) + 721
    return stage.entitle(player, PENSION, first=first, items={BASIC: 255_000, ACCOUNT: 40_000})


def _pay_to(stage: Stage, right: Right, month: int, payee: str) -> None:
    for place in stage.pay(right, [month], channel=BANK):
        stage.payees[place] = payee


def returned_payment_open(stage: Stage) -> None:
    """Returned two months ago and never paid again, in the books or by the bank's file alone."""
    rule, month = "returned_payment_open", stage.last - 2
    player, right = pensioner(stage)
    stage.pay(right, [month], result=RETURNED, reason="AC04")
    stage.plant(rule, player, scheme=PENSION, since=month + 2)
    if month >= stage.first:
        player, right = pensioner(stage)
        (place,) = stage.pay(right, [month])
        stage.bank_results[place] = ("returned", "AC06")
        stage.plant(rule, player, scheme=PENSION, since=month + 2)
    player, right = pensioner(stage)
    stage.pay(right, [month + 1], result=RETURNED, reason="AC04")
    stage.decoy(rule, player, scheme=PENSION, why="returned a month ago")
    player, right = pensioner(stage)
    stage.pay(right, [month], result=RETURNED, reason="AC04")
    stage.pay(right, [month], booked=month + 1)
    stage.decoy(rule, player, scheme=PENSION, why="paid again in the month after")
    player, right = ended(stage, month - 1)
    stage.pay(right, [month], result=RETURNED, reason="MD07")
    stage.decoy(rule, player, scheme=PENSION, why="cancelled: the entitlement ended before that month")


SCENES = (
    payment_without_entitlement,
    paid_differs_from_approved,
    duplicate_payment,
    paid_in_cash,
    shared_account,
    payee_name_mismatch,
    returned_payment_open,
)
