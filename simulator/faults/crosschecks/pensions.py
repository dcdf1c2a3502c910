"""Scenes of pensions and other rights: sums that swing, survivors, the very old, too early and not at all."""

from __future__ import annotations

from simulator import clock
from simulator.entities.benefits import (
    ACCOUNT,
    ADJUSTMENT,
    BASIC,
    DEATH_BENEFIT,
    FUNERAL,
    INJURED,
    INJURY_ITEM,
    LUMP_SUM,
    SURVIVOR,
    SURVIVOR_ITEM,
)
from simulator.faults.crosschecks.monitored import approve, claim, open_account
from simulator.faults.crosschecks.stage import Stage
from simulator.parameters import INJURY, PENSION, RESIDENT_PENSION

SPECIAL, SICKNESS = 2, 3
_STATUTORY = 720
_REFORM = 2025 * 12
_SIX, _FIFTEEN_YEARS = 6, 180
_RULES_OF_SURVIVORS = 2021 * 12 + 8
_WHOLE = 300_000


def payment_swing(stage: Stage) -> None:
    """A pension up by 31 %, one down by 31 %; 30 % and a rise of item 103 are none."""
    rule, month = "payment_swing", stage.last
    for item, more, why in (
        (ACCOUNT, 93_000, ""),
        (ACCOUNT, 90_000, "exactly 30 %"),
        (ADJUSTMENT, 93_000, "an item 103 begins"),
    ):
        player = stage.person(age=75)
        first = clock.month_of(player.birth) + _STATUTORY + 1
        right = stage.entitle(player, PENSION, first=first, items={BASIC: _WHOLE, item: 0})
        approve(stage, right, item, cents=more, start=month)
        stage.pay(right, [month - 1], amounts=(_WHOLE, 0))
        stage.pay(right, [month], amounts=(_WHOLE, more))
        if why:
            stage.decoy(rule, player, scheme=PENSION, why=why)
        else:
            stage.plant(rule, player, scheme=PENSION, since=month)
    player = stage.person(age=75)
    first = clock.month_of(player.birth) + _STATUTORY + 1
    right = stage.entitle(player, PENSION, first=first, items={BASIC: _WHOLE * 69 // 100, ACCOUNT: 0})
    approve(stage, right, ACCOUNT, cents=_WHOLE * 31 // 100, start=first, end=month - 1)
    stage.pay(right, [month - 1], amounts=(_WHOLE * 69 // 100, _WHOLE * 31 // 100))
    stage.pay(right, [month], amounts=(_WHOLE * 69 // 100, 0))
    stage.plant(rule, player, scheme=PENSION, since=month)


def survivor_still_paid(stage: Stage) -> None:
    """An orphan after the month of coming of age, and a survivor of 110 under the rules of 2021."""
    rule, month = "survivor_still_paid", stage.last - 1
    for grown, why in ((month - 1, ""), (month, "paid for the month of the 18th birthday itself")):
        player = stage.person(birth=clock.day_in(grown - 216, 14))
        right = stage.entitle(player, INJURY, kind=SURVIVOR, first=grown - 40, items={SURVIVOR_ITEM: 96_000})
        stage.pay(right, [month])
        if why:
            stage.decoy(rule, player, scheme=INJURY, why=why)
        else:
            stage.plant(rule, player, scheme=INJURY, since=month)
    for first, scheme, why in (
        (_RULES_OF_SURVIVORS + 1, PENSION, ""),
        (_RULES_OF_SURVIVORS, PENSION, "entitled in September 2021"),
        (_RULES_OF_SURVIVORS + 1, INJURY, "survivors of work injuries keep their pension"),
    ):
        if first < stage.last:
            player = stage.person(age=70, male=False)
            right = stage.entitle(player, scheme, kind=SURVIVOR, first=first, items={SURVIVOR_ITEM: 101_000})
            stage.pay(right, [month] if month >= first else [stage.last])
            if why:
                stage.decoy(rule, player, scheme=scheme, why=why)
            else:
                stage.plant(rule, player, scheme=scheme, since=month)


def age_over_limit(stage: Stage) -> None:
    """Paid at 111; at 110 nobody asks."""
    rule = "age_over_limit"
    for age, month, why in ((111, stage.last - 1, ""), (110, stage.last, "110 completed years")):
        player = stage.person(birth=clock.day_in(stage.last - age * 12 - 2, 20))
        first = clock.month_of(player.birth) + _STATUTORY + 1
        right = stage.entitle(player, PENSION, first=first, items={BASIC: 410_000, ACCOUNT: 30_000})
        stage.pay(right, [month])
        if why:
            stage.decoy(rule, player, scheme=PENSION, why=why)
        else:
            stage.plant(rule, player, scheme=PENSION, since=max(month, stage.last - 2))
    player = stage.person(birth=clock.day_in(stage.last - 112 * 12 - 2, 20))
    first = clock.month_of(player.birth) + _STATUTORY + 1
    right = stage.entitle(player, PENSION, first=first, items={BASIC: 410_000, ACCOUNT: 30_000})
    stage.pay(right, [stage.first - 12])
    stage.decoy(rule, player, scheme=PENSION, why="paid for no month of the last twelve")


def several_death_benefits(stage: Stage) -> None:
    """Funeral grants from two schemes for one death; a lump sum beside a grant is none."""
    rule, month = "several_death_benefits", stage.last - 1
    for item, why in ((FUNERAL, ""), (LUMP_SUM, "a lump sum, not a second funeral grant")):
        player = stage.person(age=58)
        for scheme, which in ((PENSION, FUNERAL), (INJURY, item)):
            grant = stage.entitle(
                player, scheme, kind=DEATH_BENEFIT, first=month, last=month, items={which: 1_300_000}
            )
            stage.pay(grant, [month])
        if why:
            stage.decoy(rule, player, other=player, why=why)
        else:
            stage.plant(rule, player, other=player, since=month)


def retired_early(stage: Stage) -> None:
    """A month before the statutory age; of special trades and for sickness there are other ages."""
    rule = "retired_early"
    for early, kind, months, why in (
        (1, 1, 1, ""),
        (24, 1, 3, ""),
        (0, 1, 0, "in the statutory month itself"),
        (60, SPECIAL, 0, "special trade"),
        (100, SICKNESS, 0, "sickness"),
    ):
        first = min(stage.first, 2024 * 12) - 30
        player = stage.person(birth=clock.day_in(first + early - _STATUTORY, 18))
        right = stage.entitle(
            player, PENSION, kind=kind, first=first, items={BASIC: 240_000, ACCOUNT: 50_000}
        )
        stage.pay(right, range(first, first + months))
        if why:
            stage.decoy(rule, player, scheme=PENSION, why=why)
        else:
            stage.plant(rule, player, scheme=PENSION, since=first)
    _retire_flexibly(stage)


def _retire_flexibly(stage: Stage) -> None:
    """Within the window of the reform: right with fifteen years paid, early with a month less."""
    first = _REFORM + 9
    for paid in (180, 179) if first <= stage.last else ():
        player = stage.person(birth=clock.day_in(_REFORM - _STATUTORY + 8, 18))
        open_account(stage, player, PENSION, cents=0, months=paid)
        stage.entitle(player, PENSION, first=first, items={BASIC: 240_000, ACCOUNT: 50_000})
        if paid < _FIFTEEN_YEARS:
            stage.plant("retired_early", player, scheme=PENSION, since=first)
        else:
            why = "flexible, within the window"
            stage.decoy("retired_early", player, scheme=PENSION, why=why, since=first)


def eligible_not_paid(stage: Stage) -> None:
    """Of age for six months, fifteen years paid, and no pension.

    Since the reform of 2025 nobody reaches the latest month before 2028.
    """
    rule = "eligible_not_paid"
    items = {BASIC: 30_000, ACCOUNT: 9_000}
    for months, paid, why in (
        (6, 180, ""),
        (6, 179, "fifteen years less a month"),
        (5, 240, "of age for five months"),
        (40, 240, "dead by a source"),
        (41, 240, "dead in AC01"),
        (42, 240, "in pay"),
        (43, 240, "in pay under another id"),
    ):
        reached = min(stage.last - months, _REFORM - 1)
        player = stage.person(birth=clock.day_in(reached - _STATUTORY, 12))
        open_account(stage, player, PENSION, cents=0 if "dead" in why else 6_100_000, months=paid)
        if why == "dead by a source":
            died = reached + 10
            stage.report(player, "cremation", clock.day_in(died, 3), month=died)
        elif why == "dead in AC01":
            stage.change("AC01", player.index, {"AAC060": "2", "AAE138": str(clock.day_in(reached + 2, 3))})
        elif why == "in pay":
            stage.entitle(player, RESIDENT_PENSION, first=reached + 1, items=items)
        elif why == "in pay under another id":
            second = stage.another_id(player)
            stage.entitle(second, RESIDENT_PENSION, first=reached + 1, items=items)
            stage.plant("one_person_many_ids", player, other=second, since=stage.first)
        if not why or (months < _SIX and reached + _SIX <= stage.last):
            stage.plant(rule, player, scheme=PENSION, since=reached + _SIX)
        else:
            stage.decoy(rule, player, scheme=PENSION, why=why)


def injury_allowance_and_pension(stage: Stage) -> None:
    """A pension beside the whole allowance; the allowance filled up to the higher of both is right."""
    rule, month = "injury_allowance_and_pension", stage.last - 1
    for paid, why in ((200_000, ""), (50_000, "the allowance fills the pension up"), (50_001, "a fen more")):
        player = stage.person(age=67)
        first = clock.month_of(player.birth) + _STATUTORY + 1
        pension = stage.entitle(player, PENSION, first=first, items={BASIC: 100_000, ACCOUNT: 50_000})
        injury = stage.entitle(
            player, INJURY, kind=INJURED, first=first - 60, items={INJURY_ITEM: 200_000 if not why else 0}
        )
        if why:
            approve(stage, injury, INJURY_ITEM, cents=200_000, start=first - 60, end=first - 1)
            approve(stage, injury, INJURY_ITEM, cents=paid, start=first)
        stage.pay(pension, [month])
        stage.pay(injury, [month], amounts=(paid,))
        if why:
            stage.decoy(rule, player, other=player, scheme=INJURY, why=why)
        else:
            stage.plant(rule, player, other=player, scheme=INJURY, since=month)


def impostor_not_recovered(stage: Stage) -> None:
    """Open a year after the last month claimed."""
    rule = "impostor_not_recovered"
    for last, left, why in (
        (stage.last - 12, 2, ""),
        (stage.last - 12, 1, "a fen is open"),
        (stage.last - 11, 90_000, "eleven months ago"),
    ):
        player = stage.person(age=83)
        claim(stage, player, PENSION, first=last - 3, last=last, cents=400_000, recovered=400_000 - left)
        if why:
            stage.decoy(rule, player, scheme=PENSION, why=why)
        else:
            stage.plant(rule, player, scheme=PENSION, since=last + 12)


SCENES = (
    payment_swing,
    survivor_still_paid,
    age_over_limit,
    several_death_benefits,
    retired_early,
    eligible_not_paid,
    injury_allowance_and_pension,
    impostor_not_recovered,
)
