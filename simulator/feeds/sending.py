"""The four outside feeds of a city, written to its inbox, and the truth about them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from simulator import clock, numbers
from simulator.entities import collection
from simulator.feeds import (
    bank,
    books,
    civil_registry,
    finance,
    plants,
    returns,
    statements,
    tax,
    tax_plants,
    trial_balances,
    truth_deaths,
    truth_wages,
)
from simulator.feeds.bank import Entry
from simulator.feeds.plants.accounts import Money, record_register, registered
from simulator.feeds.plants.recorder import Recorder, record_outstanding
from simulator.feeds.plants.treasury import Treasury
from simulator.feeds.treasury import Credit, Receipt, receipts_of, send_receipts
from simulator.history import History
from simulator.outbox import Outbox
from simulator.truth import Truth
from simulator.world import World

FEEDS = frozenset({"tax", "bank", "civil_registry", "finance"})


def send_feeds(
    world: World, inbox: Path, *, feeds: frozenset[str], accounts: History, truth: Truth
) -> Outbox:
    """Write the chosen feeds and return the outbox; the others leave no file and no truth.

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
    return outbox


class _Silent(Outbox):
    """An outbox whose files never leave."""

    def send(self, **_: object) -> None:
        """Write nothing."""


def _send_tax(world: World, outbox: Outbox, truth: Truth, *, is_recorded: bool) -> list[Credit]:
    span, firms = world.span, world.firms
    rng = span.stream("tax")
    received: list[Receipt] = []
    recorder = Recorder(span, truth if is_recorded else Truth())
    wages = truth_wages.WageBook(world, truth)
    for index, month in enumerate(span.numbers):
        arrived = collection.arrivals(span, index, firms, world.paid_in, world.dues)
        vouchers = tax.draw_vouchers(rng, month, arrived, world.people, firms, world.enrolled)
        vouchers = _told(vouchers, world.stage.voucher_bases)
        vouchers = tax_plants.with_incidents(rng, span, month, vouchers, firms)
        count = max(1, world.people.count // 20_000)
        vouchers, planted = tax_plants.with_differences(rng, month, vouchers, firms, count)
        wages.enter(month, vouchers)
        received += receipts_of(tax.send_vouchers(outbox, month, vouchers, world.people))
        tax_plants.record_differences(recorder, planted)
    if is_recorded:
        wages.record()
    treasury = Treasury(span, span.stream("treasury"), received, [], recorder, set())
    receipts, passed_on = plants.treasury.play(treasury, is_planted=world.is_planted)
    send_receipts(outbox, span, receipts)
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
    world: World, passed_on: list[Credit], outbox: Outbox, feeds: frozenset[str], truth: Truth
) -> None:
    span = world.span
    cards = numbers.card_numbers(np.arange(world.people.count) + 1)
    recorder = Recorder(span, truth if {"tax", "bank", "finance"} <= feeds else Truth())
    money = Money(span, recorder, card=_paid_card(world, cards))
    if world.is_planted:
        plants.accounts.play(money)
        plants.balances.play(money)
    flows = _flows(world, passed_on, money)
    plain = bank.by_account_and_month(span, flows)
    unbooked = finance.draw_unbooked(span.stream("bank"), span, plain)
    banked = [*flows, *money.bank, *money.bank_alone]
    register = registered(span, is_planted=world.is_planted)
    record_register(recorder, register, [entry for entry in banked if clock.month_of(entry.day) <= span.last])
    if "bank" in feeds:
        statements.send_statements(outbox, span, bank.by_account_and_month(span, banked), money.strangers)
        returned = _returns(world, cards, recorder)
        returns.send_returns(outbox, span, returned)
    if "finance" in feeds:
        journals = _journals(world, [*flows, *money.bank], money, unbooked, recorder)
        finance.send_journals(outbox, span, journals)
        wrong = plants.balances.wrong_postings(money) if world.is_planted else {}
        trial_balances.send_trial_balances(outbox, span, journals, wrong)


def _flows(world: World, passed_on: list[Credit], money: Money) -> list[Entry]:
    """Return what moves on all accounts but for the scenes of ``money``: they are swept and earn interest."""
    span, before = world.span, world.before["AC82"]
    incomes = bank.income_entries(span, span.stream("incomes"))
    flows = [
        *bank.contribution_entries(passed_on),
        *bank.benefit_entries(
            span, world.people, world.rights, world.paid_out,
            {before + place: result for place, result in world.stage.bank_results.items()},
        ),
        *incomes,
        *bank.sweeps(span, [*incomes, *money.bank], kept=money.kept),
    ]  # fmt: skip
    return [*flows, *bank.interest_entries(span, [*flows, *money.bank, *money.bank_alone])]


def _journals(
    world: World, entries: list[Entry], money: Money, unbooked: list[finance.Unbooked], recorder: Recorder
) -> dict[int, list[finance.Journal]]:
    """Return the books' journals, which lack what is unbooked, or has come back unknown to the agency."""
    span, before = world.span, world.before["AC82"]
    missing = {id(late.entry) for late in unbooked}
    ids = world.paid_out.ids
    unknown = {str(ids[before + place]) for place in world.stage.bank_results}
    alone = [e for e in entries if e.amount > 0 and e.reference in unknown]
    missing |= {id(entry) for entry in alone}
    bookings, outstanding = books.book(span, (entry for entry in entries if id(entry) not in missing))
    for late in unbooked:
        last = late.booked_in - 1 if late.booked_in else None
        outstanding.append(books.open_entry(late.entry, last=last))
        if late.booked_in:
            bookings.append(books.booking(late.entry, day=clock.day_in(late.booked_in, 2)))
    outstanding += [books.open_entry(entry) for entry in alone]
    record_outstanding(recorder, [*outstanding, *money.outstanding])
    return finance.keep_journals(span, [*bookings, *money.books_alone], wrong_openings=money.wrong_openings)


def _returns(world: World, cards: np.ndarray, recorder: Recorder) -> list[returns.Return]:
    """Return what the banks say of payments, the scenes' changes included, and record it."""
    payments, before = world.paid_out, world.before["AC82"]
    drawn = returns.draw_returns(world, cards)
    ids, amounts = payments.ids.tolist(), payments.amount.tolist()
    if world.is_planted:
        drawn = plants.returns.play(
            recorder,
            world.span.stream("returns"),
            drawn,
            pending=returns.pending_in(world, cards, world.span.last),
            players={str(number) for number in ids[before:]},
        )
    plants.returns.record(recorder, drawn, {str(i): a for i, a in zip(ids, amounts, strict=True)})
    return drawn


def _paid_card(world: World, cards: np.ndarray) -> str:
    """Return the account of the first payment of all."""
    return str(cards[world.rights.person[world.paid_out.entry[0]]])
