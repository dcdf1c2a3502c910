"""Scenes of contributions: twice for one month, beside a pension or a benefit, on changing bases, in bulk."""

from __future__ import annotations

from collections.abc import Iterable

from simulator import clock, names, parameters
from simulator.entities.benefits import ACCOUNT, BASIC
from simulator.entities.contributions import BACK
from simulator.faults.crosschecks.records import Enrolled, Player
from simulator.faults.crosschecks.stage import Stage
from simulator.parameters import COUNTIES, INJURY, PENSION, RESIDENT_PENSION

_LONG = 30
_BULK = 36
_SAVINGS = 60_000


def duplicate_enrolment(stage: Stage) -> None:
    """Contributing in two divisions, or under two person ids, for three months at once."""
    months = range(stage.last - 2, stage.last + 1)
    for match_class, is_another in (("A", False), ("A", True), ("B", True)):
        player, second = two_ids(stage, match_class) if is_another else (stage.person(), None)
        earlier, later = _two_jobs(stage, player, second or player, since=stage.last - _LONG)
        stage.contribute(earlier, months)
        stage.contribute(later, months)
        _plant_overlap(stage, player, second or player, later, months, match_class)
    _duplicate_enrolment_decoys(stage)


def two_ids(stage: Stage, match_class: str, *, age: int = 45) -> tuple[Player, Player]:
    """Return two ids of one human, the second of the class, which are a point of their own."""
    if match_class == "A":
        player = stage.person(age=age)
        second = stage.another_id(player, name=names.rewritten(player.name, player.index))
    else:
        name, sound = names.homophone_name(stage.rng)
        player = stage.person(name=name, age=age)
        second = stage.another_id(player, name=sound)
    stage.plant("one_person_many_ids", player, other=second, since=stage.first, match_class=match_class)
    return player, second


def _two_jobs(
    stage: Stage, player: Player, second: Player, *, since: int, scheme: int = PENSION
) -> tuple[Enrolled, Enrolled]:
    """Enrol a player at home, and him or his second id in the next county a month later."""
    away = (player.county + 1) % len(COUNTIES)
    earlier = stage.enrol(player, PENSION, since=since, employer=stage.works(player))
    job = stage.works(player, county=away)
    return earlier, stage.enrol(second, scheme, since=since + 1, employer=job, county=away)


def _plant_overlap(
    stage: Stage, player: Player, second: Player, later: Enrolled, months: range, match_class: str
) -> None:
    rows = [paid for paid in stage.paid_in if paid.enrolled is later and paid.for_month in months]
    stage.plant(
        "duplicate_enrolment", player, other=second, scheme=later.scheme, since=rows[1].booked,
        match_class=match_class, division=COUNTIES[later.county],
        months=[
            {
                "month": clock.month_text(paid.for_month),
                "visible_from": stage.seen(paid.booked),
                "amount": f"{(paid.due_employer + paid.due_person) / 100:.2f}",
            }
            for paid in rows
        ],
    )  # fmt: skip


def _duplicate_enrolment_decoys(stage: Stage) -> None:
    rule, months = "duplicate_enrolment", [stage.last - 1, stage.last]
    for why in (
        "one overlapping month: a transfer",
        "the second job insures work injury alone",
        "the second employer has not paid",
        "one of two months lies before the last twelve",
    ):
        player = stage.person()
        scheme = INJURY if "injury" in why else PENSION
        earlier, later = _two_jobs(stage, player, player, since=stage.first - _LONG, scheme=scheme)
        if why.startswith("one overlapping"):
            stage.contribute(earlier, [stage.last - 2, stage.last - 1])
            stage.contribute(later, [stage.last - 1, stage.last])
        elif why.startswith("one of"):
            stage.contribute(earlier, [stage.first - 12, stage.first - 11])
            stage.contribute(later, [stage.first - 12, stage.first - 11])
        else:
            stage.contribute(earlier, months)
            stage.contribute(later, months, arrived="not paid" not in why)
        stage.decoy(rule, player, other=player, scheme=scheme, why=why)
    player, another = stage.person(), stage.person()
    sibling = names.draw_sibling_names(stage.rng, player.name, male=True)
    stranger = names.unrelated_name(stage.rng, another.name, male=True)
    for first, second, why in (
        (player, stage.person(birth=player.birth, name=sibling), "twins with neighbouring numbers"),
        (another, stage.another_id(another, name=stranger), "one number, unrelated names (class C)"),
    ):
        earlier, later = _two_jobs(stage, first, second, since=stage.last - _LONG)
        stage.contribute(earlier, months)
        stage.contribute(later, months)
        for which in (rule, "one_person_many_ids"):
            stage.decoy(which, first, other=second, scheme=PENSION if which == rule else None, why=why)


def employee_and_resident(stage: Stage) -> None:
    """Contributing as flexible, and for the same months as a resident; a month of change is right."""
    rule, last = "employee_and_resident", stage.last
    pair = (last - 1, last) if last % 12 else (last - 2, last - 1)
    plants: tuple[tuple[Iterable[int], tuple[int, int], str], ...] = (
        (range(last - 3, last + 1), (last - 2, last), ""),
        (pair, (0, 0), ""),
        (range(last - 3, last - 1), (last - 2, last), "one month in both"),
        (range(last - 6, last - 3), (last - 2, last), "one after the other"),
    )
    for months, covers, why in plants:
        player = stage.person(age=48)
        flexible = stage.enrol(player, PENSION, since=last - _LONG)
        resident = stage.enrol(player, RESIDENT_PENSION, since=last - 8)
        stage.contribute(flexible, months)
        booked = pair[0] if covers == (0, 0) else covers[1]
        stage.contribute(resident, [booked], cents=_SAVINGS, covers=covers)
        if why:
            stage.decoy(rule, player, other=player, scheme=RESIDENT_PENSION, why=why)
        else:
            since = pair[1] if covers == (0, 0) else last
            stage.plant(rule, player, other=player, scheme=RESIDENT_PENSION, since=since)


def base_changed_in_year(stage: Stage) -> None:
    """Two bases in a year; a provisional one before, another employer or a flexible's choice are none."""
    rule, last = "base_changed_in_year", stage.last
    place = last % 12
    pair = (
        (last - 1, last)
        if place in (1, 2) or place > parameters.PUBLICATION_MONTH - 1
        else (last - 2, last - 1)
    )
    march = (last - place + 2) if place >= parameters.PUBLICATION_MONTH - 1 else (last - place - 10)
    for why in ("", "published in between", "booked after publication", "another employer", "flexible"):
        player = stage.person(age=40)
        job = -1 if why == "flexible" else stage.works(player)
        enrolled = stage.enrol(player, PENSION, since=last - _LONG, employer=job)
        base, more = stage.base(), stage.base() * 11 // 10
        if why == "published in between":
            stage.contribute(enrolled, [march], base=base)
            stage.contribute(enrolled, [march + 1], base=more)
        elif why == "booked after publication":
            stage.contribute(enrolled, [march - 1], base=base)
            stage.contribute(enrolled, [march], base=more, booked=march + 1)
        elif why == "another employer":
            away = stage.works(player, other=True)
            stage.contribute(enrolled, [pair[0]], base=base)
            second = stage.enrol(player, PENSION, since=pair[1], employer=away)
            stage.contribute(second, [pair[1]], base=more)
        else:
            stage.contribute(enrolled, [pair[0]], base=base)
            stage.contribute(enrolled, [pair[1]], base=more)
        if why:
            stage.decoy(rule, player, scheme=PENSION, why=why)
        else:
            stage.plant(rule, player, scheme=PENSION, since=pair[1], year=str(pair[1] // 12))


def bulk_back_payment(stage: Stage) -> None:
    """Three years paid at once, and a pension soon after."""
    rule = "bulk_back_payment"
    for count, wait, why in (
        (_BULK, 1, ""),
        (_BULK, 24, ""),
        (_BULK - 1, 1, "35 months"),
        (_BULK, 25, "the pension began 25 months later"),
        (_BULK, 0, "no pension yet"),
    ):
        booked = stage.last - max(wait, 1)
        player = stage.person(age=66)
        enrolled = stage.enrol(player, PENSION, since=booked - 80, until=booked)
        stage.contribute(enrolled, range(booked - count, booked), booked=booked, kind=BACK)
        if wait:
            items = {BASIC: 140_000, ACCOUNT: 60_000}
            stage.entitle(player, PENSION, first=booked + wait, items=items)
        if why:
            stage.decoy(rule, player, other=player, scheme=PENSION, why=why)
        else:
            stage.plant(rule, player, other=player, scheme=PENSION, since=stage.last)


SCENES = (
    duplicate_enrolment,
    employee_and_resident,
    base_changed_in_year,
    bulk_back_payment,
)
