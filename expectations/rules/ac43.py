"""Rules of AC43, contributions of persons."""

from __future__ import annotations

from expectations.reference.facts import (
    BASE_METHODS,
    EMPLOYERS,
    ENROLMENTS_BY_EMPLOYER,
    ENROLMENTS_BY_PERSON,
    LIMITS,
    RATES,
)
from expectations.rules.declaration import Facts, Need, Rule, Stage
from expectations.rules.shorthand import (
    CENT,
    all_of,
    compared,
    given,
    known_employer,
    known_person,
    readable_amounts,
)
from expectations.sql import amount, month_number

_ENROLMENT_JOINS = f"""
left join {ENROLMENTS_BY_EMPLOYER} as same on same.aac001 = cells.aac001
    and same.scheme = cells.aae140_code and same.employer = coalesce(cells.aab001, '')
left join {ENROLMENTS_BY_PERSON} as other on other.aac001 = cells.aac001
    and other.scheme = cells.aae140_code
left join {BASE_METHODS} as method on method.aab001 = cells.aab001 and method.scheme = cells.aae140_code
left join {EMPLOYERS} as payer on payer.aab001 = cells.aab001
"""
_PARAMETER_JOINS = f"""
left join {LIMITS} as limits on limits.for_month = cells.for_month and limits.scheme = cells.aae140_code
    and limits.division = cells.enrolment_division and limits.identity = cells.identity
left join {RATES} as rates on rates.for_month = cells.for_month and rates.scheme = cells.aae140_code
    and rates.division = cells.enrolment_division and rates.identity = cells.identity
    and rates.risk_class = cells.risk_class
"""


def _of_enrolment(column: str) -> str:
    """Return a column of the enrolment with the same employer, else of the other one, else null."""
    return (
        f"case when same.aac001 is not null then coalesce(same.{column}, '')"
        f" when other.aac001 is not null then coalesce(other.{column}, '') end"
    )


FACTS = Facts(
    cells=("AAB001", "AAB191"),
    codes=("AAE078", "AAA115"),
    stages=(
        Stage(
            {
                "booked_month": month_number("aae002"),
                "for_month": month_number("aae003"),
                "wage": amount("aac040"),
                "base": amount("aae180"),
                "due_employer": amount("aae020"),
                "due_person": amount("aae022"),
                "paid_employer": amount("aae080"),
                "paid_person": amount("aae082"),
                "identity": _of_enrolment("identity"),
                "enrolment_division": _of_enrolment("division"),
                "risk_class": "case when aae140_code = '410' then coalesce(payer.risk_class, '') else '' end",
                "base_method": "case when method.aab001 is null then '02' else method.base_method end",
            },
            joins=_ENROLMENT_JOINS,
        ),
        Stage(
            {
                "floor": "limits.floor",
                "cap": "limits.cap",
                "is_wage_published": "limits.is_published",
                "last_floor": "limits.last_floor",
                "last_cap": "limits.last_cap",
                "should_employer": "round(base * rates.employer_rate, 2)",
                "should_person": "round(base * rates.person_rate, 2)",
            },
            joins=_PARAMETER_JOINS,
        ),
    ),
    keep=(
        "aac001", "aab001", "aae140", "aae140_code", "aae078", "aae078_code", "aaa115_code", "aab191",
        "is_person_known",
        "is_employer_known", "booked_month", "for_month", "base", "due_employer", "due_person",
        "paid_employer", "paid_person", "identity", "base_method", "floor", "cap", "is_wage_published",
        "last_floor", "last_cap", "should_employer", "should_person",
    ),
    conditional_cells={"AAB001": "identity = '11'"},
    typed={
        "AAC040": "wage", "AAE180": "base", "AAE020": "due_employer", "AAE022": "due_person",
        "AAE080": "paid_employer", "AAE082": "paid_person",
    },
)  # fmt: skip

# A base true-up is the difference of two bases, due or returned.
_NO_TRUE_UP = "coalesce(aaa115_code, '') <> '32'"
_HAS_LIMITS = f"(aae140_code in ('110', '120') and {_NO_TRUE_UP})"
_OUTSIDE = f"({_HAS_LIMITS} and (base < floor - 0.01 or base > cap + 0.01))"
_OUTSIDE_LAST = "(base < last_floor - 0.01 or base > last_cap + 0.01)"
_HAS_RATE = "coalesce(aae140_code, '') not in ('170', '390')"
_SINGLE_BASE = f"({_HAS_RATE} and base_method = '02')"

RULES = (
    readable_amounts("AC43", *FACTS.typed),
    Rule(
        rule_id="AC43-1",
        severity="critical",
        text_zh="费款所属期或对应费款所属期不是真实年月，或职工提前缴费",
        text_en="The booked month or the month paid for is not real, or an employee's is paid for ahead.",
        why="Rows with an unreal month are in no statistic.",
        columns=("AAE002", "AAE003"),
        fails=(
            "booked_month is null or for_month is null or (identity = '11' and for_month > booked_month)"
        ),
    ),
    Rule(
        rule_id="AC43-2",
        severity="critical",
        text_zh="缴费人员不在人员基本信息表中，或单位不在单位信息表中",
        text_en="The person is not in AC01, or the employer is not in AB01.",
        why="The money belongs to nobody known.",
        columns=("AAC001", "AAB001"),
        needs=(Need("aac001"),),
        fails="not is_person_known or (aab001 is not null and not is_employer_known)",
        expectation=all_of(known_person(), known_employer(when="aab001 is not null")),
    ),
    Rule(
        rule_id="AC43-3",
        severity="warning",
        text_zh="已到账无到账日期",
        text_en="Arrived without an arrival date.",
        why="Arrival review compares this date with the treasury's.",
        columns=("AAE078", "AAB191"),
        needs=(Need("aae078"),),
        fails="aae078_code = '1' and aab191 is null",
        expectation=given("aab191", required_when="aae078_code = '1'", needs=("aae078",)),
    ),
    Rule(
        rule_id="AC43-4",
        severity="critical",
        text_zh="实缴金额大于应缴金额（基数补差除外）",
        text_en="Paid more than due, by the employer or by the person (base true-ups excepted).",
        why="Either the charge is wrong or money is to be paid back.",
        columns=("AAE020", "AAE022", "AAE080", "AAE082"),
        needs=tuple(
            Need(column, when=_NO_TRUE_UP)
            for column in ("due_employer", "due_person", "paid_employer", "paid_person")
        ),
        fails=f"{_NO_TRUE_UP} and (paid_employer - due_employer > 0.01 or paid_person - due_person > 0.01)",
        expectation=all_of(
            compared("paid_employer", "<=", "due_employer", tolerance=CENT, when=_NO_TRUE_UP),
            compared("paid_person", "<=", "due_person", tolerance=CENT, when=_NO_TRUE_UP),
        ),
    ),
    Rule(
        rule_id="AC43-5",
        severity="warning",
        text_zh="养老缴费基数超出当期上下限（社平工资未公布时按上年上下限同时判断，基数补差除外）",
        text_en="The pension base is outside the floor and cap in force (and outside last year's, too, while"
        " the wage year's average was not yet published; base true-ups excepted).",
        why="Pensions follow the base; outside the limits they are too high or too low for life.",
        columns=("AAE140", "AAE003", "AAE180"),
        needs=(
            Need("aae140"),
            Need("base", when=_HAS_LIMITS),
            Need("for_month", when=_HAS_LIMITS),
            Need("floor", when=_HAS_LIMITS),
            Need("cap", when=_HAS_LIMITS),
            Need("is_wage_published", when=_OUTSIDE),
            Need("last_floor", when=f"{_OUTSIDE} and not is_wage_published"),
            Need("last_cap", when=f"{_OUTSIDE} and not is_wage_published"),
        ),
        fails=f"{_OUTSIDE} and (is_wage_published or {_OUTSIDE_LAST})",
    ),
    Rule(
        rule_id="AC43-6",
        severity="warning",
        text_zh="应缴金额不等于缴费基数乘以费率",
        text_en="A due amount differs from base times rate.",
        why="The charge was not computed by the rate in force.",
        columns=("AAE140", "AAE003", "AAE180", "AAE020", "AAE022"),
        needs=(
            Need("aae140"),
            Need("base_method", when=_HAS_RATE),
            Need("due_person", when=_HAS_RATE),
            Need("should_person", when=_HAS_RATE),
            Need("due_employer", when=_SINGLE_BASE),
            Need("should_employer", when=_SINGLE_BASE),
        ),
        fails=(
            f"{_HAS_RATE} and (abs(due_person - should_person) > 0.01"
            " or (base_method = '02' and abs(due_employer - should_employer) > 0.01))"
        ),
        expectation=all_of(
            compared(
                "due_person", "=", "should_person", tolerance=CENT, when=_HAS_RATE, beside=("base_method",)
            ),
            compared("due_employer", "=", "should_employer", tolerance=CENT, when=_SINGLE_BASE),
            needs=("aae140",),
        ),
    ),
)  # fmt: skip
