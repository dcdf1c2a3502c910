"""Rules of AC02, enrolments."""

from __future__ import annotations

from expectations.reference.facts import PERSONS
from expectations.rules.declaration import Facts, Need, Rule, Stage
from expectations.rules.shorthand import all_of, compared, given, is_code, known_employer, known_person
from expectations.sql import month_number, month_number_of_date, real_date

FACTS = Facts(
    cells=("AAB001",),
    stages=(
        Stage(
            {
                "first_insured_month": month_number("aac049"),
                "enrolled_on": real_date("aac030"),
                "born_on": "holder.born_on",
            },
            joins=f"left join {PERSONS} as holder on holder.aac001 = cells.aac001",
        ),
        Stage(
            {
                "enrolled_month": month_number_of_date("enrolled_on"),
                "sixteenth_birthday_month": f"{month_number_of_date('born_on')} + 16 * 12",
            }
        ),
    ),
    keep=(
        "aac001", "aab001", "aae140", "aae140_code", "aac008", "aac008_code", "aac066", "aac066_code",
        "is_person_known", "is_employer_known", "first_insured_month", "enrolled_month",
        "sixteenth_birthday_month",
    ),
    conditional_cells={"AAB001": "aac066_code = '11'"},
)  # fmt: skip

_HAS_AGE_LIMIT = "coalesce(aae140_code, '') not in ('310', '390')"

RULES = (
    Rule(
        rule_id="AC02-1",
        severity="critical",
        text_zh="险种、参保状态或参保身份不是有效代码",
        text_en="Scheme, status or identity of the enrolment is not a code.",
        why="Every statistic counts enrolments by these three.",
        columns=("AAE140", "AAC008", "AAC066"),
        needs=(Need("aae140"), Need("aac008"), Need("aac066")),
        fails="aae140_code is null or aac008_code is null or aac066_code is null",
        expectation=all_of(is_code("aae140"), is_code("aac008"), is_code("aac066")),
    ),
    Rule(
        rule_id="AC02-2",
        severity="critical",
        text_zh="参保人员不在人员基本信息表中",
        text_en="The enrolled person is not in AC01.",
        why="Nobody can be counted, paid or matched who is not known as a person.",
        columns=("AAC001",),
        needs=(Need("aac001"),),
        fails="not is_person_known",
        expectation=known_person(),
    ),
    Rule(
        rule_id="AC02-3",
        severity="warning",
        text_zh="首次参保年月晚于本次参保日期，或早于年满16周岁（医疗险除外）",
        text_en="First insured after this enrolment, or (medical schemes aside) before the 16th birthday.",
        why="Years of contribution count from this month.",
        columns=("AAE140", "AAC049", "AAC030", "AAC006"),
        needs=(
            Need("aae140"),
            Need("first_insured_month"),
            Need("enrolled_month"),
            Need("sixteenth_birthday_month", when=_HAS_AGE_LIMIT),
        ),
        fails=(
            "first_insured_month > enrolled_month"
            f" or ({_HAS_AGE_LIMIT} and first_insured_month < sixteenth_birthday_month)"
        ),
        expectation=all_of(
            compared("first_insured_month", "<=", "enrolled_month"),
            compared("first_insured_month", ">=", "sixteenth_birthday_month", when=_HAS_AGE_LIMIT),
            needs=("aae140",),
        ),
    ),
    Rule(
        rule_id="AC02-4",
        severity="critical",
        text_zh="职工无参保单位，或参保单位不在单位信息表中",
        text_en="An employee without an employer, or an employer that is not in AB01.",
        why="An employee's arrears are owed by the employer.",
        columns=("AAC066", "AAB001"),
        needs=(Need("aac066"),),
        fails=("(aac066_code = '11' and aab001 is null) or (aab001 is not null and not is_employer_known)"),
        expectation=all_of(
            given("aab001", required_when="aac066_code = '11'", needs=("aac066",)),
            known_employer(when="aab001 is not null"),
        ),
    ),
)
