"""What a scene says of itself: the points it plants, its decoys, and which rules of quality it breaks."""

from __future__ import annotations

from dataclasses import dataclass

from simulator import clock
from simulator.faults.crosschecks.records import Payment, Player
from simulator.parameters import COUNTIES
from simulator.span import Span
from simulator.truth import Truth


@dataclass
class Recorder:
    """Records in the truth what scenes plant; months are month numbers."""

    span: Span
    truth: Truth

    def seen(self, month: int) -> str:
        """Return the month in which what was booked in a month is on file first."""
        return clock.month_text(max(month, self.span.first))

    def plant(
        self,
        rule: str,
        subject: Player | str,
        *,
        since: int,
        other: Player | None = None,
        scheme: int | None = None,
        until: int | None = None,
        **more: object,
    ) -> None:
        """Record a planted point that holds from month ``since`` on (``until`` a month)."""
        if since <= self.span.last and (until is None or until >= self.span.first):
            last = None if until is None or until >= self.span.last else clock.month_text(until)
            self.truth.plant(
                rule, **_ids(subject, other), scheme=str(scheme or ""), first_month=self.seen(since),
                last_month=last, **more,
            )  # fmt: skip

    def breaks(self, rule: str, payment: Payment) -> None:
        """Record that a payment of the stage breaks a rule of quality, too."""
        self.truth.plant(
            rule, table="AC82", place=payment.place, division=COUNTIES[payment.right.player.county],
            first_month=self.seen(payment.booked), last_month=None,
        )  # fmt: skip

    def breaks_number(self, player: Player) -> None:
        """Record that a player's number is none, or missing."""
        self.truth.plant(
            "AC01-1" if player.number else "missing_number", table="AC01", key=player.id,
            division=COUNTIES[player.county], first_month=self.span.months[0], last_month=None,
        )  # fmt: skip

    def decoy(
        self,
        rule: str,
        subject: Player | str,
        *,
        why: str,
        other: Player | None = None,
        scheme: int | None = None,
        since: int = 0,
    ) -> None:
        """Record what looks like a point and is none."""
        if since <= self.span.last:
            ids = _ids(subject, other)
            self.truth.decoy(rule, why=why, **ids, scheme=str(scheme or ""), first_month=self.seen(since))


def _ids(subject: Player | str, other: Player | None) -> dict[str, object]:
    """Return the ids of a point: of a pair the smaller first; a rule of one person names no other."""
    if isinstance(subject, str):
        return {"person_id": subject, "other_person_id": ""}
    if other is None:
        return {"person_id": subject.id, "other_person_id": ""}
    return {"person_id": min(subject.id, other.id), "other_person_id": max(subject.id, other.id)}
