"""The expectations: check characters, references, arithmetic, applicability; several at once."""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic

from expectations.gx import conditions
from expectations.gx.base import RowExpectation
from expectations.gx.conditions import quoted_name

_SHARED = RowExpectation.success_keys


class ExpectNoRowToFail(RowExpectation):
    """Expect that no row for which ``applies`` is true makes ``fails`` true (both SQL over the table)."""

    applies: str
    fails: str

    success_keys: ClassVar[tuple[str, ...]] = ("applies", "fails")

    def holds_sql(self) -> str:
        """Any row that does not fail."""
        return f"({self.fails}) is not true"

    def applies_sql(self) -> str:
        """The condition as declared."""
        return self.applies


class _OfOneColumn(RowExpectation):
    """An expectation about the values of one column."""

    column: str

    success_keys: ClassVar[tuple[str, ...]] = ("column", *_SHARED)

    def columns_used(self) -> list[str]:
        """Its column."""
        return [self.column]


class ExpectColumnValuesToBeIdentityNumbers(_OfOneColumn):
    """Expect a text column to hold resident identity numbers (GB 11643), of 18 characters or of 15 digits.

    Only form, date and check character are checked, because codes of places change. Residence permits of
    foreigners and of people from Hong Kong, Macao and Taiwan have the same form and pass; passports do not:
    limit the rows with ``when``.
    """

    def holds_sql(self) -> str:
        """A valid number."""
        return conditions.is_identity_number(quoted_name(self.column))


class ExpectColumnValuesToBeCreditCodes(_OfOneColumn):
    """Expect a text column to hold unified social credit codes (GB 32100); only the form is checked."""

    def holds_sql(self) -> str:
        """A valid code."""
        return conditions.is_credit_code(quoted_name(self.column))


class ExpectColumnValuesToReferToTable(_OfOneColumn):
    """Expect the values of a column to be found in ``to_column`` of ``to_table`` (schema included).

    ``among`` (SQL over the other table) filters its rows. The other column is hashed: it has to fit into the
    connection's ``work_mem``, or every row scans all of it.
    """

    to_table: str
    to_column: str
    among: str | None = None

    success_keys: ClassVar[tuple[str, ...]] = ("column", "to_table", "to_column", "among", *_SHARED)

    def holds_sql(self) -> str:
        """Found in the other table."""
        return conditions.refers(
            quoted_name(self.column), table=self.to_table, column=self.to_column, among=self.among
        )


class ExpectColumnsToCompare(RowExpectation):
    """Expect sums of columns and numbers to compare: ``left`` ``operator`` ``right``, within ``tolerance``.

    ``operator`` is one of = < <= > >= <>; without tolerance, dates and texts compare too.
    """

    left: list[pydantic.StrictStr | float]
    operator: str
    right: list[pydantic.StrictStr | float]
    tolerance: float = 0

    success_keys: ClassVar[tuple[str, ...]] = ("left", "operator", "right", "tolerance", *_SHARED)

    def columns_used(self) -> list[str]:
        """The columns of both sides."""
        return [term for term in (*self.left, *self.right) if isinstance(term, str)]

    def holds_sql(self) -> str:
        """The comparison."""
        return conditions.compares(self.left, self.operator, self.right, tolerance=self.tolerance)


class ExpectColumnValuesWhereTheyApply(RowExpectation):
    """Expect a value where ``required_when`` (SQL) is true, and none where ``forbidden_when`` is."""

    column: str
    required_when: str
    forbidden_when: str | None = None

    success_keys: ClassVar[tuple[str, ...]] = ("column", "required_when", "forbidden_when", *_SHARED)

    def holds_sql(self) -> str:
        """Given where required, empty where forbidden."""
        return conditions.is_given_where_it_applies(
            quoted_name(self.column), required_when=self.required_when, forbidden_when=self.forbidden_when
        )


class ExpectRowsToMeetAll(RowExpectation):
    """Expect every row to meet several of our expectations at once; a row that breaks two fails once.

    ``parts`` are their arguments, each with the name of its class under ``expectation``. A row is checked
    when each part can check it.
    """

    parts: list[dict[str, Any]]

    success_keys: ClassVar[tuple[str, ...]] = ("parts", *_SHARED)

    def applies_sql(self) -> str:
        """Its own condition, and that of each part."""
        return " and ".join((super().applies_sql(), *(part.applies_sql() for part in self._members())))

    def holds_sql(self) -> str:
        """No part fails."""
        return f"not ({' or '.join(part.fails_sql() for part in self._members())})"

    def _members(self) -> list[RowExpectation]:
        return [OURS[part["expectation"]](**_arguments(part)) for part in self.parts]


def _arguments(part: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name != "expectation"}


OURS: dict[str, type[RowExpectation]] = {
    kind.__name__: kind
    for kind in (
        ExpectNoRowToFail,
        ExpectColumnValuesToBeIdentityNumbers,
        ExpectColumnValuesToBeCreditCodes,
        ExpectColumnValuesToReferToTable,
        ExpectColumnsToCompare,
        ExpectColumnValuesWhereTheyApply,
        ExpectRowsToMeetAll,
    )
}
