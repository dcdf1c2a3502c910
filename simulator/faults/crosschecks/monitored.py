"""What else is on file about players: personal accounts, items approved later, claims of impostors."""

from __future__ import annotations

from simulator import clock
from simulator.faults.crosschecks.records import Player, Right
from simulator.faults.crosschecks.stage import Stage


def open_account(stage: Stage, player: Player, scheme: int, *, cents: int, months: int) -> None:
    """Open a personal account (AC50) with a balance and months paid, there from the beginning."""
    stage.savers.append(player)
    stage.accounts.append(
        {
            "since": 0, "AAC001": player.id, "AAE140": str(scheme), "AAE240": cents, "AAE201": months,
            "AAE036": str(clock.day_in(stage.first, 3)),
        }
    )  # fmt: skip


def approve(stage: Stage, right: Right, item: int, *, cents: int, start: int, end: int = 0) -> None:
    """Approve a further item (AC61) of an entitlement from a month on, until a month where it ends."""
    since = max(start - stage.first, 0)
    stage.items.append(
        (
            right.place,
            {
                "since": since, "AAA036": str(item), "AAE041": clock.month_code(start),
                "AAE042": clock.month_code(end) if end else None, "AAE019": cents,
                "AAE036": str(clock.day_in(stage.first + since, 9)),
            },
        )
    )  # fmt: skip


def claim(
    stage: Stage, player: Player, scheme: int, *, first: int, last: int, cents: int, recovered: int
) -> None:
    """Enter the claim of an impostor (YC01), there from the beginning."""
    stage.claims.append(
        {
            "since": 0, "AAC001": player.id, "AAE140": str(scheme), "AAE041": clock.month_code(first),
            "AAE042": clock.month_code(last), "AAE019": cents, "AAE058": recovered,
            "AAE036": str(clock.day_in(stage.first, 20)),
        }
    )  # fmt: skip
