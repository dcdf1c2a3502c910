"""What the site of a city of bases says: four counties whose base years begin in January, July, September."""

from __future__ import annotations

from dataclasses import dataclass

from tests.hostile.drawing import NORTH, SOUTH, shifted

EAST, WEST = "230605", "230604"
AVERAGES = {2019: 480000, 2020: 500000, 2021: 520000, 2022: 540000, 2023: 560001}
CAP = 300
# Of the floor of flexible persons, by wage year.
LADDER = {2020: 60, 2021: 60, 2022: 70, 2023: 80}


@dataclass(frozen=True)
class Term:
    """A base year of a county: its months, the month its average is published in, and the settling month."""

    county: str
    wage_year: int
    first: str
    published: str
    settling: str

    @property
    def last(self) -> str:
        """The last month."""
        return shifted(self.first, 11)

    def limit(self, percent: int, *, wage_year: int | None = None) -> int:
        """Give a share of the average wage in cents, half up."""
        return (AVERAGES[wage_year or self.wage_year] * percent + 50) // 100


def _terms(county: str, starts: int, published: int, settles: int) -> tuple[Term, ...]:
    return tuple(
        Term(
            county, year, f"{year + 1}-{starts:02d}", f"{year + 1}-{published:02d}",
            shifted(f"{year + 1}-{published:02d}", settles),
        )
        for year in (2021, 2022, 2023)
        if (year, county) != (2023, SOUTH)
    )  # fmt: skip


TERMS = {
    NORTH: _terms(NORTH, 1, 4, 2),
    SOUTH: (Term(SOUTH, 2020, "2021-07", "2021-09", "2021-10"), *_terms(SOUTH, 7, 9, 1)),
    EAST: tuple(
        Term(EAST, year, f"{year + 1}-09", f"{year + 1}-11", f"{year + 1}-11") for year in (2020, 2021, 2022)
    ),
    # Published late in the base year, settled after it; of the last one not published yet.
    WEST: tuple(
        Term(WEST, year, f"{year + 1}-09", f"{year + 2}-07", f"{year + 2}-09") for year in (2020, 2021, 2022)
    ),
}
SITE = {
    "average_wages": "\n".join([
        "division,year,wage_kind,monthly_wage,published_month",
        *(
            f"{county},{year},{'city' if county == SOUTH else 'province'},{cents / 100:.2f},"
            f"{year + later}-{month}"
            for county, later, month in ((NORTH, 1, "04"), (SOUTH, 1, "09"), (EAST, 1, "11"), (WEST, 2, "07"))
            for year, cents in AVERAGES.items()
        ),
        # Known, but nobody says since when.
        *(f"{SOUTH},{year},province,{cents / 100:.2f}," for year, cents in AVERAGES.items()),
    ]),
    "contribution_limits": "\n".join([
        "division,scheme,identity,wage_year,wage_kind,floor_ratio,cap_ratio,floor,cap,valid_from,valid_to",
        *(
            f"{county},{scheme},{identity},{term.wage_year},"
            f"{'city' if county == SOUTH and scheme != '310' else 'province'},"
            f"{(LADDER[term.wage_year] if identity else 60) / 100},3.00,,,{term.first},{term.last}"
            for county, terms in TERMS.items()
            for term in terms
            for scheme, identity in (("110", ""), ("110", "12"), ("410", ""), ("310", ""), ("170", ""))
        ),
    ]),
    "contribution_rates": """\
division,scheme,identity,risk_class,employer_rate,person_rate,valid_from,valid_to
230000,110,11,,0.16,0.08,2015-01,
230000,110,12,,0,0.20,2015-01,
230603,110,11,3,0.10,0.05,2015-01,
230000,310,11,,0.065,0.02,2015-01,2024-03
230000,170,11,,0.01,0.02,2015-01,
230000,410,11,1,0.002,0,2015-01,
230000,410,11,2,0.004,0,2015-01,2024-02
""",
    "base_rules": """\
division,scheme,unit_kind,unit_method,provisional,trueup_months,declare_by,rounding,valid_from,valid_to
230602,,,higher,carry,2,06-30,0.01,,
230602,,20,sum,carry,2,06-30,0.01,,
230602,310,,higher,carry,2,06-29,1,,
230603,,,higher,old_limits,1,06-30,0.01,,
230603,,20,sum,old_limits,1,06-29,0.01,,
230603,,30,bill,old_limits,1,06-29,0.01,,
230605,,,bill,carry,0,02-29,1,,
230604,,,higher,carry,2,06-29,0.01,,
""",
    "base_documents": """\
division,unit_kind,document,name_zh,name_en,due,valid_from,valid_to
230000,,wage_statistics,统计,Statistics,06-29,,
230000,,final_accounts,决算,Accounts,06-30,,
230602,20,payroll_ledger,明细,Ledger,06-30,,
230602,,payroll_ledger,明细,Ledger,06-29,,
""",
}  # fmt: skip
