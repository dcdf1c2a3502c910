"""The four outside feeds of a city, written to its inbox, and the truth about them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from simulator import clock, numbers
from simulator.entities import collection
from simulator.feeds import (
    bank,
    civil_registry,
    finance,
    statements,
    tax,
    tax_plants,
    truth_deaths,
    truth_wages,
)
from simulator.history import History
from simulator.outbox import Outbox
from simulator.truth import Truth
from simulator.world import World

FEEDS = frozenset({"tax", "bank", "civil_registry", "finance"})


def send_feeds(
    world: World, inbox: Path, *, feeds: frozenset[str], accounts: History, truth: Truth
) -> list[Path]:
    """Write the chosen feeds and return the data files; the others leave no file and no truth.

    ``accounts`` are the personal accounts (AC50), which are to be settled after a death.
    """
    outbox, silent = Outbox(inbox), _Silent(inbox)
    passed_on = _send_tax(world, outbox if "tax" in feeds else silent, truth, is_recorded="tax" in feeds)
    events = civil_registry.draw_events(world.span, world.people, world.cast, world.stage.reports)
    if "civil_registry" in feeds:
        civil_registry.send_events(outbox, world.span, events)
        truth_deaths.record_deaths(
            world.span,
            world.people,
            world.cast,
            world.rights,
            world.paid_out,
            accounts,
            events,
            truth,
        )
    _send_money(world, passed_on, outbox, feeds, truth)
    return outbox.written


class _Silent(Outbox):
    """An outbox whose files never leave."""

    def send(self, **_: object) -> None:
        """Write nothing."""


def _send_tax(world: World, outbox: Outbox, truth: Truth, *, is_recorded: bool) -> list[tax.Credit]:
    span, firms = world.span, world.firms
    rng = span.stream("tax")
    passed_on: list[tax.Credit] = []
    wages = truth_wages.WageBook(world, truth)
    for index, month in enumerate(span.numbers):
        arrived = collection.arrivals(span, index, firms, world.paid_in, world.dues)
        vouchers = tax.draw_vouchers(rng, month, arrived, world.people, firms, world.enrolled)
        vouchers = _told(vouchers, world.stage.voucher_bases)
        vouchers = tax_plants.with_incidents(rng, span, month, vouchers, firms)
        count = max(1, world.people.count // 20_000)
        vouchers, planted = tax_plants.with_differences(rng, month, vouchers, firms, count)
        wages.enter(month, vouchers)
        passed_on += tax.send_vouchers(outbox, month, vouchers, world.people)
        for difference in planted if is_recorded else []:
            truth.plant(
                "arrival_review",
                month=clock.month_text(difference.month),
                first_month=clock.month_text(difference.month),
                status=difference.status,
                subject=difference.subject,
                scheme=str(difference.scheme),
                for_month=clock.month_text(difference.for_month),
                amount_a=f"{difference.tax / 100:.2f}",
                amount_b=f"{difference.agency / 100:.2f}",
            )
    if is_recorded:
        wages.record()
    return passed_on


def _told(vouchers: list[tax.Voucher], bases: dict[tuple[int, int, int], int]) -> list[tax.Voucher]:
    """Let the tax bureau be told other bases by the employers of a scene."""
    return [
        replace(voucher, base=bases.get((voucher.employer, voucher.scheme, voucher.for_month), voucher.base))
        if voucher.kind == "employer"
        else voucher
        for voucher in vouchers
    ]


def _send_money(
    world: World,
    passed_on: list[tax.Credit],
    outbox: Outbox,
    feeds: frozenset[str],
    truth: Truth,
) -> None:
    span, people = world.span, world.people
    rng = span.stream("bank")
    entries = bank.by_account_and_month(
        span,
        [
            *bank.contribution_entries(passed_on),
            *bank.benefit_entries(span, people, world.rights, world.paid_out),
            *bank.interest_entries(span),
            *bank.income_entries(span, rng),
        ],
    )
    unbooked = finance.draw_unbooked(rng, span, entries)
    if "bank" in feeds:
        statements.send_statements(outbox, span, entries)
        cards = numbers.card_numbers(np.arange(people.count) + 1)
        bank.send_returns(
            outbox, span, people, world.rights, world.paid_out, cards,
            stage=world.stage, before=world.before["AC82"],
        )  # fmt: skip
    if "finance" in feeds:
        finance.send_journals(outbox, span, entries, unbooked)
    for missing in unbooked if {"bank", "finance"} <= feeds else []:
        truth.plant(
            "bank_unbooked",
            month=clock.month_text(missing.month),
            first_month=clock.month_text(missing.month),
            account_no=missing.entry.account_no,
            amount=f"{missing.entry.amount / 100:.2f}",
            booked_on=clock.day_text(missing.entry.day),
            reference=missing.entry.reference,
            booked_in=clock.month_text(missing.booked_in) if missing.booked_in else None,
        )
