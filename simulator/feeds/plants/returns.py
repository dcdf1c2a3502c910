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
        for place, change in enumerate(changed)
        if change.month == last
        and change.payment_id not in players
        and (change.result, change.agency) == _AGREED
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
        for place, change in enumerate(changed)
        if change.month == last and change.payment_id not in players and change.agency == RETURNED
    ]
    if came_back:
        changed[came_back[0]] = replace(changed[came_back[0]], result="paid", reason="")
    if pending:
        changed.append(pending[0])
    return changed


_AGREED = ("paid", PAID)


def record(recorder: Recorder, returns: Sequence[Return], amounts: dict[str, int]) -> None:
    """Record which records do not confirm what production says; ``amounts`` in cents by payment."""
    for item in returns:
        status = _status(item, amounts)
        if status is not None:
            _record(recorder, status, item)
        elif item.result == "returned":
            recorder.decoy(
                "payments_returned", why="returned in the books, too", first=item.month,
                payment_id=item.payment_id,
            )  # fmt: skip


def _status(item: Return, amounts: dict[str, int]) -> str | None:
    if item.payment_id not in amounts:
        return "confirmed_unknown"
    if amounts[item.payment_id] != item.amount:
        return "amount_differs"
    if item.result == "paid":
        return {PENDING: "paid_not_booked", RETURNED: "paid_reversed"}.get(item.agency)
    return None if item.agency == RETURNED else "returned_open"


def _record(recorder: Recorder, status: str, item: Return) -> None:
    recorder.row(
        "payments_returned", status, first=item.month, last=item.month, payment_id=item.payment_id,
        value_on=clock.day_text(item.value_on),
    )  # fmt: skip
