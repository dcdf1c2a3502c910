"""The declaration of a rule: made once, read by the scan and by Great Expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fundwatch.errors import InvariantBroken
from fundwatch.months import last_day

SEVERITIES = ("critical", "warning", "info")
# In a condition: the last day of the month that is measured.
MONTH_END = ":month_end"


@dataclass(frozen=True)
class Need:
    """A prepared column a rule requires, for the rows where ``when`` (SQL) is true."""

    column: str
    when: str = "true"


@dataclass(frozen=True)
class Accepted:
    """In a built-in expectation: the values that are codes of a class at this site."""

    class_name: str


@dataclass(frozen=True)
class BuiltIn:
    """The built-in expectation equivalent to a rule's condition."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Own:
    """An expectation of ours (``expectations.gx.expectations``), with an SQL expression of its own."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """One rule of docs/quality.md.

    ``columns`` are catalogue columns, for people; ``needs`` and ``fails`` name prepared columns
    (``expectations.rules.<table>.FACTS``). A row is skipped when a required column is null; rules that check
    for missing values require nothing of what they check. ``expectation`` is an independent way for Great
    Expectations to count the rule; where it is None, the rows for which ``fails`` is true are counted. Months
    are inclusive, None is open.
    """

    rule_id: str
    severity: str
    text_zh: str
    text_en: str
    why: str
    columns: tuple[str, ...]
    fails: str
    needs: tuple[Need, ...] = ()
    expectation: BuiltIn | Own | None = None
    first_month: str | None = None
    last_month: str | None = None

    def __post_init__(self) -> None:
        """Check the severity."""
        if self.severity not in SEVERITIES:
            raise InvariantBroken(
                f"rule {self.rule_id} has the severity {self.severity}",
                next_step=f"Use one of {', '.join(SEVERITIES)}",
            )

    @property
    def table(self) -> str:
        """The production table the rule checks."""
        return self.rule_id.partition("-")[0]

    def in_month(self, month: str) -> Rule:
        """Return the rule with the dates of ``month``."""
        if MONTH_END not in self.fails:
            return self
        return replace(self, fails=self.fails.replace(MONTH_END, f"date '{last_day(month)}'"))

    def applies_in(self, month: str) -> bool:
        """Whether the rule applies in ``month``."""
        return (self.first_month or month) <= month <= (self.last_month or month)

    def applies_sql(self) -> str:
        """Return the SQL condition under which a row is checked, never null."""
        conditions = (
            f"({need.column} is not null)"
            if need.when == "true"
            else f"({need.column} is not null or ({need.when}) is not true)"
            for need in self.needs
        )
        return " and ".join(conditions) or "true"

    def fails_sql(self) -> str:
        """Return the SQL condition under which a checked row is anomalous, never null."""
        return f"({self.applies_sql()} and ({self.fails}) is true)"


@dataclass(frozen=True)
class Stage:
    """A step of preparation: ``columns`` (name to SQL) over the relation ``cells`` and the joined ones."""

    columns: Mapping[str, str]
    joins: str = ""


@dataclass(frozen=True)
class Facts:
    """The inputs of the rules of a table.

    ``cells``: optional catalogue columns to read; ``codes``: columns mapped beside the coded ones;
    ``stages``: columns computed from them, in order; ``keep``: the columns the rules use, besides the key;
    ``conditional_cells``: columns that must hold a value only where the SQL condition is true; ``typed``:
    catalogue columns and the prepared column of their typed value. A cell of these that holds a value
    without one counts in ``unreadable_cells``, which rule ``<table>-0`` asks for, and fills nothing.
    """

    cells: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    keep: tuple[str, ...] = ()
    conditional_cells: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
