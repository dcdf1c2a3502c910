"""Scenes of death: who is paid, contributes or keeps an account after it, and who only seems to."""

from __future__ import annotations

from simulator import clock, names
from simulator.entities.benefits import (
    BASIC,
    DEATH_BENEFIT,
    FUNERAL,
    HEIRS,
    LUMP_SUM,
)
from simulator.entities.contributions import BACK
from simulator.entities.payments import RETURNED
from simulator.faults.crosschecks.monitored import open_account
from simulator.faults.crosschecks.records import Fields, Player, Right
from simulator.faults.crosschecks.slips import one_wrong, two_swapped
from simulator.faults.crosschecks.stage import Stage
from simulator.parameters import COUNTIES, PENSION, RESIDENT_PENSION

_PENSION = {BASIC: 268_000, 102: 61_500}
_DEAD, _ENDED, _PAUSED = "2", "3", "2"


def pensioner(stage: Stage, *, scheme: int = PENSION, age: int = 78) -> tuple[Player, Right]:
    """Return a man long retired, and his pension; nothing is paid yet."""
    player = stage.person(age=age)
    first = clock.month_of(player.birth) + 721
    return player, stage.entitle(player, scheme, first=first, items=_PENSION)


def paid_after_death(stage: Stage) -> None:
    """Paid on after a death that one office reported, in its own words, for a month, by an old number."""
    ways = (("cremation", ""), ("health", "month"), ("police", "name"), ("health", "number"))
    for source, way in ways:
        player, right = pensioner(stage)
        died = stage.last - 3
        spelled: Fields = {}
        if way == "name":
            spelled = {"name": names.misheard(player.name)}
        elif way == "number":
            spelled = {"number": player.number[:6] + player.number[8:17]}
        is_close = spelled.get("name", player.name) != player.name
        day = clock.day_in(died, 11) // (100 if way == "month" else 1)
        reported = max(died + 1, stage.first)
        stage.report(player, source, day, month=reported, **spelled)
        places = stage.pay(right, range(died - 1, stage.last + 1))
        _plant_paid(stage, player, right, places, died, reported, "B" if is_close else "A")
    _paid_after_death_decoys(stage)


def _plant_paid(
    stage: Stage, player: Player, right: Right, places: list[int], died: int, reported: int, match_class: str
) -> None:
    late = [stage.paid_out[place] for place in places if stage.paid_out[place].for_month > died]
    stage.plant(
        "paid_after_death", player, scheme=right.scheme, since=max(reported, late[0].booked),
        match_class=match_class, division=COUNTIES[player.county],
        died=clock.day_text(clock.day_in(died, 11)), reported_in=stage.seen(reported),
        payments=[
            {
                "for_month": clock.month_text(payment.for_month),
                "visible_from": stage.seen(payment.booked),
                "amount": f"{sum(payment.amounts) / 100:.2f}",
                "place": payment.place,
            }
            for payment in late
        ],
    )  # fmt: skip


def _paid_after_death_decoys(stage: Stage) -> None:
    died = stage.last - 2
    day = clock.day_in(died, 9)

    def decoy(player: Player, why: str) -> None:
        stage.decoy("paid_after_death", player, why=why, scheme=PENSION)

    player, right = ended(stage, died)
    stage.report(player, "cremation", day, month=died)
    stage.pay(right, range(died - 1, died + 1))
    decoy(player, "paid for the month of death, not after it")
    player, right = ended(stage, died)
    stage.report(player, "cremation", day, month=died)
    stage.pay(right, [died - 1], result=RETURNED, reason="AC01")
    stage.pay(right, [died - 1], booked=died + 1)
    decoy(player, "paid after death for a month before it")
    player, right = ended(stage, died)
    stage.report(player, "cremation", day, month=died)
    stage.pay(right, [stage.last], result=RETURNED, reason="MD07")
    decoy(player, "the payment after death came back")
    player = stage.person(age=80)
    grants = {FUNERAL: 1_200_000, LUMP_SUM: 1_500_000, HEIRS: 700_000}
    grant = stage.entitle(player, PENSION, first=died + 1, last=died + 1, kind=DEATH_BENEFIT, items=grants)
    stage.report(player, "cremation", day, month=died)
    stage.pay(grant, [died + 1])
    decoy(player, "funeral grant, lump sum and balance are paid to the heirs")
    for why, category in (
        ("the household was on file twice (category 05)", "05"),
        ("emigrated (category 03)", "03"),
        ("the death was revoked in the same month", "revoke"),
        ("the number is of a person with an unrelated name (class C)", "name"),
        ("an event without number, of the same name and birth date (class D)", "number"),
        ("a number with one wrong character (class D)", "wrong"),
        ("a number with two characters swapped (class D)", "swapped"),
    ):
        player, right = pensioner(stage)
        stage.pay(right, range(died, stage.last + 1))
        if category == "revoke":
            event = stage.report(player, "cremation", day, month=died)
            stage.follow(event, "revoke", month=died)
        elif category == "name":
            stranger = names.unrelated_name(stage.rng, player.name, male=player.male)
            stage.report(player, "health", day, month=died, name=stranger)
        elif category == "number":
            stage.report(player, "health", day, month=died, number="")
        elif category == "wrong":
            stage.report(player, "health", day, month=died, number=one_wrong(player.number))
        elif category == "swapped":
            stage.report(player, "health", day, month=died, number=two_swapped(player.number))
        else:
            stage.report(player, "police", day, month=died, category=category)
        decoy(player, why)
    _twin_died(stage, day, died)


def _twin_died(stage: Stage, day: int, died: int) -> None:
    player, right = pensioner(stage)
    stage.pay(right, range(died, stage.last + 1))
    sibling = names.draw_sibling_names(stage.rng, player.name, male=True)
    twin = stage.person(birth=player.birth, name=sibling, county=player.county)
    stage.report(twin, "cremation", day, month=died)
    why = "the twin died, whose number is the neighbour"
    stage.decoy("paid_after_death", player, why=why, scheme=PENSION)


def ended(stage: Stage, last: int) -> tuple[Player, Right]:
    """Return a pensioner whose pension ended in a month, and the pension."""
    player = stage.person(age=79)
    first = clock.month_of(player.birth) + 721
    return player, stage.entitle(player, PENSION, first=first, items=_PENSION, last=last)


def dead_still_in_pay(stage: Stage) -> None:
    """In pay although the death is known, and nothing paid since; until AAE211, where it is said."""
    rule, died = "dead_still_in_pay", stage.last - 2
    day, known = clock.day_in(died, 5), max(died + 1, stage.first)
    for last in (0, stage.last):
        player, right = pensioner(stage)
        if last:
            stage.change("AC60", right.place, {"AAE211": clock.month_code(last)})
        stage.pay(right, [died - 1, died])
        stage.report(player, "police", day, month=known)
        stage.plant(rule, player, scheme=PENSION, since=known)
    whys: tuple[tuple[str, dict], ...] = (
        ("ended", {"AAE116": _ENDED, "AAE211": clock.month_code(died)}),
        ("in pay until a month before the range", {"AAE211": clock.month_code(stage.first - 1)}),
        ("paused", {"AAE116": _PAUSED}),
    )
    for why, cells in whys:
        player, right = pensioner(stage)
        stage.change("AC60", right.place, cells)
        stage.report(player, "police", day, month=known)
        stage.decoy(rule, player, scheme=PENSION, why=why)
    player, _ = pensioner(stage)
    event = stage.report(player, "police", day, month=known)
    stage.follow(event, "revoke", month=known)
    stage.decoy(rule, player, scheme=PENSION, why="the death was revoked")


def dead_in_own_records(stage: Stage) -> None:
    """Dead in AC01 and paid for a later month."""
    rule, died = "dead_in_own_records", stage.last - 2
    player, right = pensioner(stage)
    _note_death(stage, player, died)
    stage.pay(right, range(died, stage.last + 1))
    stage.plant(rule, player, scheme=PENSION, since=max(died + 1, stage.first))
    for why in (
        "paid for the month of death",
        "paid later for a month before",
        "returned",
        "missing, not dead",
    ):
        player, right = pensioner(stage)
        stage.decoy(rule, player, scheme=PENSION, why=why)
        if why.startswith("paid for"):
            _note_death(stage, player, died)
            stage.pay(right, [died])
        elif why.startswith("paid later"):
            _note_death(stage, player, died)
            stage.pay(right, [died - 1], booked=died + 1)
        elif why == "returned":
            _note_death(stage, player, died)
            stage.pay(right, [stage.last], result=RETURNED, reason="MD07")
        else:
            stage.change("AC01", player.index, {"AAC060": "3"})
            stage.pay(right, range(died, stage.last + 1))


def _note_death(stage: Stage, player: Player, died: int) -> None:
    """Enter the death in AC01, from the month of death on."""
    since = died if died >= stage.first else None
    day = str(clock.day_in(died, 12))
    stage.change("AC01", player.index, {"AAC060": _DEAD, "AAE138": day}, since=since)


def death_dates_differ(stage: Stage) -> None:
    """Two months or more between two offices, or between one and AC01."""
    rule, late = "death_dates_differ", max(stage.last - 1, stage.first)
    died = stage.last - 1
    two_earlier = clock.day_in(died - 2, 17)
    player = stage.person(age=81)
    stage.report(player, "police", two_earlier, month=late)
    stage.report(player, "cremation", clock.day_in(died, 17), month=late)
    stage.plant(rule, player, since=late)
    player = stage.person(age=81)
    stage.report(player, "police", two_earlier // 100, month=late)
    stage.change(
        "AC01", player.index, {"AAC060": _DEAD, "AAE138": str(clock.day_in(died + 1, 17))}, since=late
    )
    stage.plant(rule, player, since=late)
    decoys: tuple[tuple[int, int, str], ...] = (
        (two_earlier, clock.day_in(died, 16), "two months less a day"),
        (two_earlier, two_earlier // 100, "the month covers the day"),
        (two_earlier, two_earlier // 10000, "the year covers the day"),
        (clock.day_in(died - 2, 27), clock.day_in(died, 1) // 100, "the month's nearest day is close enough"),
    )
    for first, second, why in decoys:
        player = stage.person(age=82)
        stage.report(player, "police" if second > _DAY else "health", first, month=late)
        stage.report(player, "cremation", second, month=late)
        stage.decoy(rule, player, why=why)


_DAY = 10_000_000


def contribution_after_death(stage: Stage) -> None:
    """Contributions for months after death, of the flexible and of residents."""
    rule, died = "contribution_after_death", stage.last - 2
    known = max(died + 1, stage.first)
    day = clock.day_in(died, 7)
    for scheme, cents in ((PENSION, None), (RESIDENT_PENSION, 30_000)):
        player = stage.person(age=50)
        enrolled = stage.enrol(player, scheme, since=died - 40)
        paid_for = [died, died + 1] if cents is None else [died + 1]
        stage.contribute(enrolled, paid_for, cents=cents)
        stage.report(player, "health", day, month=known)
        stage.plant(rule, player, scheme=scheme, since=max(known, died + 1))
    for why in ("for the month of death", "back-payment for months before death", "not arrived"):
        player = stage.person(age=51)
        enrolled = stage.enrol(player, PENSION, since=died - 40)
        stage.report(player, "health", day, month=known)
        stage.decoy(rule, player, scheme=PENSION, why=why)
        if why.startswith("for"):
            stage.contribute(enrolled, [died])
        elif why.startswith("back"):
            stage.contribute(enrolled, [died - 2, died - 1], booked=died + 1, kind=BACK)
        else:
            stage.contribute(enrolled, [died + 1], arrived=False)


def account_unsettled_after_death(stage: Stage) -> None:
    """A personal account in the twelfth month after death, and one in the eleventh."""
    rule = "account_unsettled_after_death"
    for months in (12, 13 + stage.span.count):
        player = stage.person(age=64)
        open_account(stage, player, PENSION, cents=4_200_000, months=120)
        died = stage.last - months
        stage.report(player, "cremation", clock.day_in(died, 25), month=died)
        stage.plant(rule, player, scheme=PENSION, since=max(died + 12, stage.first))
    for why, cents, months in (("the eleventh month", 4_200_000, 11), ("settled to the cent", 0, 20)):
        player = stage.person(age=64)
        open_account(stage, player, PENSION, cents=cents, months=120)
        died = stage.last - months
        stage.report(player, "cremation", clock.day_in(died, 25), month=died)
        stage.decoy(rule, player, scheme=PENSION, why=why)


SCENES = (
    paid_after_death,
    dead_still_in_pay,
    dead_in_own_records,
    death_dates_differ,
    contribution_after_death,
    account_unsettled_after_death,
)
