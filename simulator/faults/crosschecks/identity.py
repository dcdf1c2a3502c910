"""Scenes of identity: one human under two ids, a record made another's, and one hand on both sides."""

from __future__ import annotations

from fundwatch.numbers.identity import check_character
from simulator import clock, names
from simulator.faults.crosschecks.contributions import two_ids
from simulator.faults.crosschecks.deaths import pensioner
from simulator.faults.crosschecks.records import Player
from simulator.faults.crosschecks.slips import one_wrong, two_swapped
from simulator.faults.crosschecks.stage import Stage
from simulator.history import Scalar
from simulator.parameters import PENSION

_HAND = "H88"
_FIRST_NUMBER = 900


def one_person_many_ids(stage: Stage) -> None:
    """The same number twice; a missing one, a wrong character, two swapped, with all else the same (D)."""
    for match_class in ("A", "B"):
        two_ids(stage, match_class)
    for slip in (_without, one_wrong, two_swapped):
        player = _rare(stage)
        second = stage.another_id(player, number=slip(player.number))
        stage.plant("one_person_many_ids", player, other=second, since=stage.first, match_class="D")
        stage.breaks_number(second)
    _many_ids_decoys(stage)


def _rare(stage: Stage) -> Player:
    """Return a person with a name of three characters that few have."""
    name = names.unrelated_name(stage.rng, "", male=True)
    return stage.person(name=name, age=52)


def _without(_: str) -> str:
    return ""


def _many_ids_decoys(stage: Stage) -> None:
    rule = "one_person_many_ids"
    name = names.unrelated_name(stage.rng, "", male=True)
    first = stage.person(name=name)
    second = stage.person(name=name, birth=first.birth)
    stage.decoy(rule, first, other=second, why="a common name, the same birth date, two valid numbers")
    third = stage.another_id(first, number="")
    stage.breaks_number(third)
    why = "without a number, and of a name and birth date that two have (class E)"
    stage.decoy(rule, first, other=third, why=why)
    stage.decoy(rule, second, other=third, why=why)


def identity_rewritten(stage: Stage) -> None:
    """Name and number of one record changed at once, put right later or not; half of it is none."""
    rule = "identity_rewritten"
    for why in (
        "",
        "the name alone",
        "15 to 18 digits",
        "the number was missing",
        "the name put right a month later",
    ):
        changed = max(stage.last - ("later" in why), stage.first + 1)
        if changed > stage.last:
            return
        player = stage.person(age=66)
        other = names.unrelated_name(stage.rng, player.name, male=True)
        body = f"{player.number[:14]}{_FIRST_NUMBER + player.index % 40 * 2 + 1}"
        number = body + check_character(body)
        old = player.number[:6] + player.number[8:17]
        cells: dict[str, Scalar] = {"AAC002": number, "AAC003": other}
        if why == "the name alone":
            cells = {"AAC003": other}
        elif why == "15 to 18 digits":
            stage.change("AC01", player.index, {"AAC002": old})
            cells = {"AAC002": player.number, "AAC003": other}
        elif why == "the number was missing":
            stage.change("AC01", player.index, {"AAC002": None})
        stage.change("AC01", player.index, cells, since=changed)
        if why in ("", "the name put right a month later"):
            stage.plant(rule, player, since=changed)
        else:
            stage.decoy(rule, player, why=why, since=changed)
        if why == "the name put right a month later" and changed < stage.last:
            stage.change("AC01", player.index, {"AAC003": player.name}, since=stage.last)


def same_hand(stage: Stage) -> None:
    """Who handled a row reviewed it, too; or made a record another's and turned its pension on in a month."""
    rule, month = "same_hand", stage.last
    hand: dict[str, Scalar] = {"AAE011": _HAND, "YAE016": _HAND}
    player, right = pensioner(stage)
    (place,) = stage.pay(right, [month])
    stage.change("AC82", place, hand)
    stage.plant(rule, player, scheme=PENSION, since=month)
    player, right = pensioner(stage)
    stage.change("AC60", right.place, hand)
    stage.plant(rule, player, scheme=PENSION, since=stage.first)
    player = stage.person()
    stage.change("AC01", player.index, hand)
    stage.plant(rule, player, since=stage.first)
    player = stage.person(age=36)
    enrolled = stage.enrol(player, PENSION, since=month - 40)
    (place,) = stage.contribute(enrolled, [month])
    stage.change("AC43", place, hand)
    stage.plant(rule, player, scheme=PENSION, since=month)
    player, right = pensioner(stage)
    (place,) = stage.pay(right, [month])
    stage.change("AC82", place, {"AAE011": None, "YAE016": None})
    stage.decoy(rule, player, scheme=PENSION, why="nobody is named at all")
    _turned_on(stage)


def _turned_on(stage: Stage) -> None:
    rule, changed = "same_hand", max(stage.last, stage.first + 1)
    for why in ("", "two hands", "the account stayed"):
        if changed > stage.last:
            return
        player, right = pensioner(stage)
        stage.change("AC60", right.place, {"AAE116": "2"})
        name = names.unrelated_name(stage.rng, player.name, male=True)
        stage.change("AC01", player.index, {"AAC003": name, "AAE011": _HAND}, since=changed)
        hand = "H87" if why == "two hands" else _HAND
        stage.change("AC60", right.place, {"AAE116": "1", "AAE011": hand}, since=changed)
        if why != "the account stayed":
            account = f"62170000{clock.month_code(changed)}{player.index:05d}"
            stage.change("AC60", right.place, {"AAE010": account, "AAE011": hand}, since=changed)
        if why:
            stage.decoy(rule, player, scheme=PENSION, why=why, since=changed)
        else:
            stage.plant(rule, player, scheme=PENSION, since=changed)


SCENES = (one_person_many_ids, identity_rewritten, same_hand)
