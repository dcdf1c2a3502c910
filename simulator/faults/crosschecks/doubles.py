"""Scenes of rights that exclude each other: two pensions, a pension beside work, a benefit beside either."""

from __future__ import annotations

from simulator import clock, names
from simulator.entities.benefits import ACCOUNT, BASIC, JOBLESS_ITEM, SURVIVOR, SURVIVOR_ITEM, UNEMPLOYED
from simulator.entities.payments import RETURNED
from simulator.faults.crosschecks.contributions import two_ids
from simulator.faults.crosschecks.records import Player, Right
from simulator.faults.crosschecks.stage import Stage
from simulator.parameters import INJURY, PENSION, PUBLIC_PENSION, RESIDENT_PENSION, UNEMPLOYMENT

_STATUTORY = 720
_SICKNESS = 3
_SMALL = {BASIC: 13_300, ACCOUNT: 4_000}
_USUAL = {BASIC: 231_000, ACCOUNT: 52_000}


def duplicate_pension(stage: Stage) -> None:
    """Two pensions of one scheme for the same months, under one id or two; one month is a transfer."""
    rule, last = "duplicate_pension", stage.last
    for why in ("", "two ids", "one overlapping month", "one month lies before the last twelve", "returned"):
        player, second = two_ids(stage, "A", age=71) if why == "two ids" else (_old(stage), None)
        first = _pension(stage, player, PENSION)
        other = _pension(stage, second or player, PENSION, later=3)
        months = [last - 1, last]
        if why.startswith("one month"):
            months = [stage.first - 12, stage.first - 11]
        if why == "one overlapping month":
            stage.pay(first, [last - 1])
            stage.pay(other, [last - 1], booked=last)
            stage.pay(other, [last])
        elif why == "returned":
            stage.pay(first, months)
            stage.pay(other, months, result=RETURNED, reason="AC04")
        else:
            stage.pay(first, months)
            stage.pay(other, months)
        if why in ("", "two ids"):
            stage.plant(rule, player, other=second or player, scheme=PENSION, since=last)
        else:
            stage.decoy(rule, player, other=player, scheme=PENSION, why=why)


def pension_across_schemes(stage: Stage) -> None:
    """Pensions of two schemes for one month; one after the other, or beside a survivor's, are none."""
    rule, last = "pension_across_schemes", stage.last
    for scheme, why in (
        (RESIDENT_PENSION, ""),
        (PUBLIC_PENSION, ""),
        (RESIDENT_PENSION, "one after the other"),
        (RESIDENT_PENSION, "a survivor's pension is none of the kinds"),
        (RESIDENT_PENSION, "the month lies before the last twelve"),
    ):
        player = _old(stage)
        items = _SMALL if scheme == RESIDENT_PENSION else {BASIC: 199_000}
        second = _pension(stage, player, scheme, items=items)
        if why.startswith("a survivor"):
            first = stage.entitle(
                player, INJURY, kind=SURVIVOR, first=last - 30, items={SURVIVOR_ITEM: 90_000}
            )
        else:
            first = _pension(stage, player, PENSION)
        month = stage.first - 12 if why.startswith("the month") else last - 1
        stage.pay(second, [month])
        stage.pay(first, [last] if why.startswith("one after") else [month])
        smaller = scheme if scheme == RESIDENT_PENSION else PUBLIC_PENSION
        if why:
            stage.decoy(rule, player, other=player, scheme=smaller, why=why)
        else:
            stage.plant(rule, player, other=player, scheme=smaller, since=month)


def pension_while_contributing(stage: Stage) -> None:
    """A pension, and contributions as employee for the same months."""
    rule, last = "pension_while_contributing", stage.last
    months = [last - 1, last]
    for why in (
        "",
        "works as a flexible",
        "insured against work injury alone",
        "contributed for months before the pension",
        "one month",
        "a pension for sickness",
    ):
        player = stage.person(age=62)
        kind = _SICKNESS if "sickness" in why else 1
        first = last - 1 if "before" in why else clock.month_of(player.birth) + _STATUTORY + 1
        right = stage.entitle(player, PENSION, kind=kind, first=first, items=_USUAL)
        scheme = INJURY if "injury" in why else PENSION
        employer = -1 if "flexible" in why else stage.works(player)
        enrolled = stage.enrol(player, scheme, since=last - 50, employer=employer)
        stage.pay(right, months)
        worked = [last - 3, last - 2] if "before" in why else months[:1] if why == "one month" else months
        stage.contribute(enrolled, worked)
        if why:
            stage.decoy(rule, player, other=player, scheme=PENSION, why=why)
        else:
            stage.plant(rule, player, other=player, scheme=PENSION, since=last)


def unemployment_while_contributing(stage: Stage) -> None:
    """Unemployment benefit beside work or a pension; the month of the new job does not count."""
    rule, last = "unemployment_while_contributing", stage.last
    for why in ("", "pension", "the month of the new job", "one month", "works as a flexible"):
        player = stage.person(age=64 if why == "pension" else 41)
        right = _jobless(stage, player)
        stage.pay(right, range(last - 3, last + 1))
        if why == "pension":
            stage.pay(_pension(stage, player, PENSION), [last - 1, last])
        else:
            since = last - 1 if "new job" in why else last - 60
            employer = -1 if "flexible" in why else stage.works(player)
            enrolled = stage.enrol(player, PENSION, since=since, employer=employer)
            stage.contribute(enrolled, [last] if why == "one month" else [last - 1, last])
        if why in ("", "pension"):
            stage.plant(rule, player, other=player, scheme=UNEMPLOYMENT, since=last)
        else:
            stage.decoy(rule, player, other=player, scheme=UNEMPLOYMENT, why=why)


def unemployed_abroad_or_serving(stage: Stage) -> None:
    """Unemployment benefit after leaving the country or joining the army."""
    rule, last = "unemployed_abroad_or_serving", stage.last
    event = last - 1
    for category, why in (
        ("03", ""),
        ("04", ""),
        ("03", "revoked"),
        ("05", "on file twice with the police"),
        ("03", "paid for the month itself"),
        ("04", "an unrelated name under the number (class C)"),
    ):
        player = stage.person(age=33)
        right = _jobless(stage, player)
        stage.pay(right, [event] if "itself" in why else [event, last])
        name = player.name
        if "class C" in why:
            name = names.unrelated_name(stage.rng, name, male=True)
        report = stage.report(
            player, "police", clock.day_in(event, 6), month=event, category=category, name=name
        )
        if why == "revoked":
            stage.follow(report, "revoke", month=event)
        if why:
            stage.decoy(rule, player, scheme=UNEMPLOYMENT, why=why)
        else:
            stage.plant(rule, player, scheme=UNEMPLOYMENT, since=last)


def _old(stage: Stage) -> Player:
    return stage.person(age=71)


def _pension(
    stage: Stage, player: Player, scheme: int, *, later: int = 0, items: dict[int, int] | None = None
) -> Right:
    first = clock.month_of(player.birth) + _STATUTORY + 1 + later
    return stage.entitle(player, scheme, first=first, items=items or _USUAL)


def _jobless(stage: Stage, player: Player) -> Right:
    items = {JOBLESS_ITEM: 151_200}
    return stage.entitle(player, UNEMPLOYMENT, kind=UNEMPLOYED, first=stage.last - 6, items=items)


SCENES = (
    duplicate_pension,
    pension_across_schemes,
    pension_while_contributing,
    unemployment_while_contributing,
    unemployed_abroad_or_serving,
)
