"""Scenes of employers: shells that exist for claims, and wages below what the tax bureau was told."""

from __future__ import annotations

from simulator import parameters
from simulator.entities.benefits import ACCOUNT, BASIC
from simulator.faults.crosschecks.stage import Stage
from simulator.parameters import COUNTIES, PENSION

_LEAST_PERSONS = 5
_STATUTORY = 720


def shell_employer(stage: Stage) -> None:
    """Five at the floor, nothing of it paid, and two of them soon claim."""
    rule, last = "shell_employer", stage.last
    for persons, claims, wait, why in (
        (_LEAST_PERSONS, 2, 2, ""),
        (_LEAST_PERSONS - 1, 2, 2, "four persons"),
        (_LEAST_PERSONS, 1, 2, "one claim"),
        (_LEAST_PERSONS, 2, 7, "the claims came seven months later"),
        (_LEAST_PERSONS, 2, 2, "well above the floor"),
        (_LEAST_PERSONS, 2, 2, "the premiums were collected"),
    ):
        begun = last - wait
        if "collected" in why and begun < stage.first:
            continue  # what was collected before the range, no file says
        firm = stage.found(county=len(stage.players) % len(COUNTIES))
        for place in range(persons):
            player = stage.person(age=61, county=firm.county)
            enrolled = stage.enrol(player, PENSION, since=begun, employer=firm.index)
            for month in (begun, begun + 1, begun + 2):
                limits = parameters.limits(PENSION, month)
                floor = limits.floor if limits.is_published else limits.last_floor
                base = None if "above" in why else floor
                stage.contribute(enrolled, [month], base=base, arrived="collected" in why)
            if place < claims:
                items = {BASIC: 150_000, ACCOUNT: 20_000}
                stage.pay(stage.entitle(player, PENSION, first=last, items=items), [last])
        if why:
            stage.decoy(rule, firm.id, scheme=PENSION, why=why)
        else:
            stage.plant(rule, firm.id, scheme=PENSION, since=last)


def wage_below_tax_base(stage: Stage) -> None:
    """The tax bureau was told six per cent more than the agency; five per cent are borne with."""
    rule, month = "wage_below_tax_base", stage.last
    for percent, why in ((106, ""), (105, "the wage bill reaches 95 %"), (0, "vouchers without a base")):
        firm = stage.found(county=len(stage.players) % len(COUNTIES))
        sums = 0
        for _ in range(4):
            player = stage.person(age=38, county=firm.county)
            enrolled = stage.enrol(player, PENSION, since=month - 20, employer=firm.index)
            stage.contribute(enrolled, [month])
            sums += stage.base()
        stage.voucher_bases[firm.index, PENSION, month] = sums * percent // 100
        if why:
            stage.decoy(rule, firm.id, scheme=PENSION, why=why)
        else:
            stage.plant(rule, firm.id, scheme=PENSION, since=month)


SCENES = (shell_employer, wage_below_tax_base)
