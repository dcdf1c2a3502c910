"""Rules of AB02, employers by scheme."""

from __future__ import annotations

from expectations.rules.declaration import Facts, Need, Rule
from expectations.rules.shorthand import all_of, is_code, known_employer

FACTS = Facts(
    keep=("aae140_code", "aab051", "aab051_code", "aab033", "aab033_code", "is_employer_known"),
)

RULES = (
    Rule(
        rule_id="AB02-1",
        severity="critical",
        text_zh="单位不在单位信息表中，或险种、参保状态、征收方式不是有效代码",
        text_en="The employer is not in AB01, or scheme, status or base method is not a code.",
        why="The base method decides who owes the employer's part, and by which rate.",
        columns=("AAB001", "AAE140", "AAB051", "AAB033"),
        needs=(Need("aab001"), Need("aae140"), Need("aab051"), Need("aab033")),
        fails="not is_employer_known or aae140_code is null or aab051_code is null or aab033_code is null",
        expectation=all_of(known_employer(), is_code("aae140"), is_code("aab051"), is_code("aab033")),
    ),
)
