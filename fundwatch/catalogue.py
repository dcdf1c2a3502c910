"""The production tables of the networked-monitoring catalogue: columns, keys, what is required.

Source: docs/feeds/production.md. One declaration, read by ingestion, the quality measures and the tests.
"""

from __future__ import annotations

from dataclasses import dataclass

# What a column holds decides how it is judged: placeholders apply to names, ids, accounts and dates,
# never to codes, flags and amounts.
PLACEHOLDER_KINDS = frozenset({"id", "name", "account", "date", "month"})
CODE_KINDS = frozenset({"code", "flag"})


@dataclass(frozen=True)
class Column:
    """One column: its field code, what it holds, and whether the catalogue requires it."""

    name: str
    kind: str
    required: bool = False
    is_key: bool = False

    @property
    def landed(self) -> str:
        """Its name in the landing schema."""
        return self.name.lower()


@dataclass(frozen=True)
class Table:
    """One production table, its columns in catalogue order."""

    name: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the key columns."""
        return tuple(column.name for column in self.columns if column.is_key)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the required columns."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def landing(self) -> str:
        """Name of its landing table, schema included."""
        return f"landing.production__{self.name.lower()}"

    def __getitem__(self, name: str) -> Column:
        """Return the column called ``name``.

        Raises: KeyError when the table has none.
        """
        column = self.column(name)
        if column is None:
            raise KeyError(name)
        return column

    def column(self, name: str) -> Column | None:
        """Return the column called ``name``, or None."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def has_division(self) -> bool:
        """Whether rows of the table say which division they belong to."""
        return self.column("AAB301") is not None

    @property
    def is_placed(self) -> bool:
        """Whether its rows name a division, a person or an employer, and so can be counted in a county."""
        return any(self.column(name) is not None for name in ("AAB301", "AAC001", "AAB001"))


def _table(name: str, columns: str) -> Table:
    """Read ``NAME kind`` pairs; ``*`` after the kind marks a key (always required), ``!`` a required one."""
    declared = [entry.split() for entry in (columns + _EVERY_TABLE).strip().split(",")]
    return Table(
        name=name,
        columns=tuple(
            Column(
                name=code,
                kind=kind.rstrip("*!"),
                required=kind[-1] in "*!",
                is_key=kind.endswith("*"),
            )
            for code, kind in declared
        ),
    )


_EVERY_TABLE = ", AAE011 text, YAE016 text, YAE013 text"

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table("AA10", "AAA100 text*, AAA102 text*, AAA103 text!"),
        _table(
            "AB01",
            "AAB001 id*, AAB004 name!, AAB030 id!, AAB019 code!, AAB020 code, AAB022 code,"
            "AAA149 code, AAB301 division!, AAE036 date",
        ),
        _table("AB02", "AAB001 id*, AAE140 code*, AAB051 code!, AAB033 code!, AAE036 date"),
        _table(
            "AB07",
            "AAB001 id*, AAE140 code*, AAE003 month*, AAE002 month!, AAB119 count!, AAB120 amount!,"
            "AAE020 amount!, AAE080 amount!, AAE078 flag!, AAB191 date, AAE036 date",
        ),
        _table(
            "AC01",
            "AAC001 id*, AAC002 id!, AAC003 name!, AAC004 code!, AAC006 date!, AAC007 date,"
            "AAC009 code, AAC013 code, AAC058 code!, AAC060 code!, AAE138 date, AAB301 division!,"
            "AAE036 date",
        ),
        _table(
            "AC02",
            "AAZ159 id*, AAC001 id!, AAE140 code!, AAB001 id, AAC008 code!, AAC066 code!,"
            "AAC030 date!, AAC049 month!, AAB301 division!, AAE036 date",
        ),
        _table(
            "AC43",
            "AAZ223 id*, AAC001 id!, AAB001 id, AAE140 code!, AAE002 month!, AAE003 month!,"
            "AAE041 month, AAE042 month, AAA115 code!, AAC040 amount!, AAE180 amount!, AAE020 amount!,"
            "AAE022 amount!, AAE080 amount!, AAE082 amount!, AAE078 flag!, AAB191 date, AAE036 date",
        ),
        _table("AC50", "AAC001 id*, AAE140 code*, AAE240 amount!, AAE201 count, AAE036 date"),
        _table(
            "AC60",
            "AAZ257 id*, AAC001 id!, AAE140 code!, AIC161 code!, AIC162 date!, AAE210 month!,"
            "AAE211 month, AAE116 code!, AAC063 code, AAE009 name!, AAE010 account!, AAB301 division!,"
            "AAE036 date",
        ),
        _table(
            "AC61",
            "AAZ257 id*, AAA036 code*, AAE041 month*, AAE042 month, AAE019 amount!, AAE036 date",
        ),
        _table(
            "AC82",
            "AAZ220 id*, AAZ257 id!, AAC001 id!, AAE140 code!, AAE002 month!, AAE003 month!,"
            "AAE019 amount!, AAE010 account!, AAE145 code!, AAE117 code!, AAE357 text, AAE036 date",
        ),
        _table("AC83", "AAZ220 id*, AAA036 code*, AAE019 amount!, AAE036 date"),
        _table(
            "YC01",
            "AAC001 id*, AAE140 code*, AAE041 month*, AAE042 month!, AAE019 amount!, AAE058 amount,"
            "AAE036 date",
        ),
        _table(
            "YC02",
            "AAC001 id*, AAE140 code*, YAE001 code*, AAE003 month*, YAB301 division!, AAE019 amount!,"
            "AAE036 date",
        ),
    )
}
