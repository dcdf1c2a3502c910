"""Writes MT940 statements, independently of the reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.badinput.model import CANARY, CANARY_ID, MONTH, Expected, Piece, sha256, yuan


@dataclass(frozen=True)
class Entry:
    """One entry in cents (debits negative); ``line`` replaces its :61:, ``reasons`` quarantine it."""

    number: int
    cents: int
    line: str | None = None
    details: str | None = None
    reasons: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Mt940:
    """MT940 in a slot of its own."""

    division: str

    @property
    def account(self) -> str:
        """The account of this slot."""
        return f"35{CANARY_ID}{self.division}"

    def entries(self) -> tuple[Entry, Entry, Entry]:
        """Return entries, of which the first is worth so much that another may be quarantined."""
        return Entry(1, 1_000_000), Entry(2, 100), Entry(3, 100)

    def lines(self, entries: Sequence[Entry], *, opening: int = 0, account: str | None = None) -> list[str]:
        """Return the lines of one statement."""
        closing = opening + sum(entry.cents for entry in entries)
        return [
            f":20:S{self.division}", f":25:{account or self.account}", ":28C:1/1",
            f":60F:{_balance(opening)}", *(line for entry in entries for line in _entry(entry)),
            f":62F:{_balance(closing)}", "-",
        ]  # fmt: skip

    def file(
        self, lines: Sequence[str] | None = None, entries: Sequence[Entry] | None = None, **options: Any
    ) -> Piece:
        """Return the file of one statement, or of ``lines``, with the manifest of ``entries``."""
        chosen = self.entries() if entries is None else entries
        written = self.lines(chosen) if lines is None else lines
        content = "".join(f"{line}\r\n" for line in written).encode()
        manifest = {
            "feed": "bank", "format": "mt940/1", "division": self.division, "month": MONTH, "sequence": 1,
            "encoding": "utf-8", "rows": len(chosen),
            "amount_total": yuan(sum(entry.cents for entry in chosen)), "sha256": sha256(content),
            "created_at": "2024-07-03T08:00:00+08:00", "replaces": None, **options,
        }  # fmt: skip
        return Piece("data.sta", content, manifest, _expected(chosen, written))


def _balance(cents: int) -> str:
    return f"{'D' if cents < 0 else 'C'}240630CNY{_comma(abs(cents))}"


def _comma(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def _entry(entry: Entry) -> list[str]:
    mark = "D" if entry.cents < 0 else "C"
    line = entry.line or f":61:2406200620{mark}{_comma(abs(entry.cents))}NTRFE{entry.number}//B{entry.number}"
    return [line, f":86:{entry.details or f'{CANARY} 养老'}"]


def _expected(entries: Sequence[Entry], lines: Sequence[str]) -> Expected:
    begins = [number for number, line in enumerate(lines, start=1) if line.startswith(":61:")]
    placed = dict(zip(begins, entries, strict=False))
    good = {number: entry for number, entry in placed.items() if not entry.reasons}
    return Expected(
        state="loaded", loaded=len(good),
        refused={number: entry.reasons for number, entry in placed.items() if entry.reasons},
        loaded_cents=sum(entry.cents for entry in good.values()), repeated_cents=0,
        table="bank__statement_entry",
        landed={number: {"direction": "D" if entry.cents < 0 else "C"} for number, entry in good.items()},
    )  # fmt: skip
