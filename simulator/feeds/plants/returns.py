"""What banks say wrongly, or not at all, of payments, and the truth about all they say."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from simulator import clock
from simulator.entities.payments import PAID, PENDING, RETURNED
from simulator.feeds.plants.recorder import Recorder
from simulator.feeds.returns import Return

_UNKNOWN = "999000000001"


def play(
    recorder: Recorder,
    rng: np.random.Generator,
    returns: Sequence[Return],
    *,
    pending: Sequence[Return],
    players: Collection[str],
) -> list[Return]:
    """Change what the banks say of a few payments of the last month.

    ``pending`` are those the agency still waits for; payments of ``players`` are left alone.
    """
    last = recorder.span.last
    changed = list(returns)
    plain = [
        place
        for place, each in enumerate(changed)
        if each.month == last and each.payment_id not in players and (each.result, each.agency) == _AGREED
    ]
    chosen = rng.choice(plain, size=min(2, len(plain)), replace=False).tolist() if plain else []
    if len(chosen) == 2:  # noqa: PLR2004 - one of another amount, one unmentioned
        off, silent = chosen
        unmentioned = changed[silent]
        changed[off] = replace(changed[off], amount=changed[off].amount + 1)
        changed.append(replace(unmentioned, payment_id=_UNKNOWN, account="6222000000000000000", payee="某某"))
        _record(recorder, "unconfirmed", unmentioned)
        changed.pop(silent)
    came_back = [
        place
        for place, each in enumerate(changed)
        if each.month == last and each.payment_id not in players and each.agency == RETURNED
    ]
    if came_back:
        changed[came_back[0]] = replace(changed[came_back[0]], result="paid", reason="")
    if pending:
        changed.append(pending[0])
    return changed


_AGREED = ("paid", PAID)


def record(recorder: Recorder, returns: Sequence[Return], amounts: dict[str, int]) -> None:
    """Record which records do not confirm what production says; ``amounts`` in cents by payment."""
    for each in returns:
        status = _status(each, amounts)
        if status is not None:
            _record(recorder, status, each)
        elif each.result == "returned":
            recorder.decoy(
                "payments_returned", why="returned in the books, too", first=each.month,
                payment_id=each.payment_id,
            )  # fmt: skip


def _status(each: Return, amounts: dict[str, int]) -> str | None:
    if each.payment_id not in amounts:
        return "confirmed_unknown"
    if amounts[each.payment_id] != each.amount:
        return "amount_differs"
    if each.result == "paid":
        return {PENDING: "paid_not_booked", RETURNED: "paid_reversed"}.get(each.agency)
    return None if each.agency == RETURNED else "returned_open"


def _record(recorder: Recorder, status: str, each: Return) -> None:
    recorder.row(
        "payments_returned", status, first=each.month, last=each.month, payment_id=each.payment_id,
        value_on=clock.day_text(each.value_on),
    )  # fmt: skip
