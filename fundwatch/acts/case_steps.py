"""The states of a case, which may follow which, and what each must say; nothing here knows a database.

The database enforces the same steps, ``portal.case_steps``; that the two are equal is tested in
tests/integration/acts/test_acts_cases.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fundwatch.acts.notes import checked_note
from fundwatch.errors import UsageWrong

# State -> those a person may record next, as portal.case_steps has them.
# A month's run alone opens, withdraws and closes what left the data.
FOLLOWS: dict[str, tuple[str, ...]] = {
    "candidate": (),
    "open": ("dispatched",),
    "dispatched": ("verified",),
    "verified": ("decided",),
    "decided": ("approved", "verified"),
    "approved": ("recovering", "closed"),
    "recovering": ("recovering", "closed"),
    "closed": (),
    "withdrawn": (),
}
STATES = tuple(FOLLOWS)
FINDINGS = ("alive", "dead", "other_person", "data_error")
DECISIONS = ("suspend", "recover", "clear")
OUTCOMES = (
    "no_issue", "data_error", "under_payment", "agency_error", "late_report", "fraud", "referred",
)  # fmt: skip
_NOTED = ("verified", "decided", "approved", "recovering", "closed")
_WITH_AMOUNT = ("decided", "recovering", "closed")
# An amount in yuan as it is written: no sign, at most 14 digits before the point and two after it.
AMOUNT = r"[0-9]{1,14}(\.[0-9]{1,2})?"


@dataclass(frozen=True)
class Act:
    """What somebody wants to record: the state to go to, and what that state must say."""

    to: str
    finding: str | None = None
    decision: str | None = None
    outcome: str | None = None
    amount: Decimal | None = None
    until: date | None = None
    note: str = ""


def checked(act: Act) -> Act:
    """Return an act that says what its state must, with its note stripped.

    Raises: UsageWrong (a word that is none, something missing or out of place, a note that may not be kept).
    """
    _require_word("to", act.to, tuple(state for state in STATES if state not in ("candidate", "withdrawn")))
    for name, words, state in (
        ("finding", FINDINGS, "verified"),
        ("decision", DECISIONS, "decided"),
        ("outcome", OUTCOMES, "decided"),
    ):
        value = getattr(act, name)
        if value is not None:
            _require_word(name, value, words)
        if (value is not None) != (act.to == state):
            needs = f"{state} needs --{name}" if value is None else f"--{name} belongs to {state}"
            raise UsageWrong(
                f"{needs}, not to {act.to}" if value else needs, next_step=_usage(name, words), field=name
            )
    _check_amount(act)
    if act.until is not None and act.decision != "clear":
        raise UsageWrong(
            "--until is how long a case stays cleared",
            next_step="Give it with --decision clear alone",
            field="until",
        )
    note = checked_note(act.note)
    if not note and act.to in _NOTED:
        raise UsageWrong(f"{act.to} needs --note", next_step="Say what it rests on", field="note")
    return Act(act.to, act.finding, act.decision, act.outcome, act.amount, act.until, note)


def amount_of(text: str) -> Decimal:
    """Return an amount as somebody writes it, in yuan.

    Raises: UsageWrong.
    """
    if not re.fullmatch(AMOUNT, text):
        raise UsageWrong(
            "--amount is not an amount in yuan", next_step="Write it as 1234.56, not below 0", field="amount"
        )
    return Decimal(text)


def _check_amount(act: Act) -> None:
    if act.amount is None:
        if act.decision == "recover":
            raise UsageWrong(
                "a decision to recover needs --amount", next_step="Say how much, in yuan", field="amount"
            )
        return
    if act.to not in _WITH_AMOUNT:
        raise UsageWrong(
            f"--amount does not belong to {act.to}",
            next_step="Give it with decided (to recover), recovering or closed (what came back)",
            field="amount",
        )
    amount_of(format(act.amount, "f"))


def _require_word(name: str, value: str, words: tuple[str, ...]) -> None:
    if value not in words:
        raise UsageWrong(f"--{name} is none of its words", next_step=_usage(name, words), field=name)


def _usage(name: str, words: tuple[str, ...]) -> str:
    return f"Words of --{name}: {', '.join(words)}"
