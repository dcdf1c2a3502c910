"""What each rule wants: which cells of a failing row are wrong, and what should stand in them.

A rule has several parts where several things may be wrong; only those that are so in a row are listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from fundwatch.catalogue import TABLES, Column

# In SQL, ``prepared`` is the row as it was measured (``quality.measuring_<table>``), ``landed`` as it came.


@dataclass(frozen=True)
class Wanted:
    """One thing that may be wrong in a row.

    ``when``: SQL over the prepared row; ``columns``: the cells to look at; ``zh``, ``en``: what should stand
    there, with ``{0}``, ``{1}`` for ``values``, SQL that gives texts.
    """

    when: str
    columns: tuple[str, ...]
    zh: str
    en: str
    values: tuple[str, ...] = ()


def _month(number: str) -> str:
    """Return SQL that writes a number of months since year 0 as ``YYYY-MM``."""
    return f"lpad(({number} / 12)::text, 4, '0') || '-' || lpad((mod({number}, 12) + 1)::text, 2, '0')"


def _code(column: str, zh: str, en: str) -> Wanted:
    return Wanted(
        f"prepared.{column.lower()}_code is null",
        (column,), f"有效的{zh}代码（见代码表 AA10）", f"a code of {en} (code table AA10)",
    )  # fmt: skip


def _known_person() -> Wanted:
    return Wanted(
        "not prepared.is_person_known", ("AAC001",),
        "个人基本信息（AC01）中已有的个人编号，或先补录该人员",
        "a person of AC01, or enter this person there",
    )  # fmt: skip


def _known_employer(when: str = "not prepared.is_employer_known") -> Wanted:
    return Wanted(
        when, ("AAB001",),
        "单位基本信息（AB01）中已有的单位编号，或先补录该单位",
        "an employer of AB01, or enter this employer there",
    )  # fmt: skip


def _not_above(left: str, right: str, columns: tuple[str, str], zh: str, en: str) -> Wanted:
    return Wanted(
        f"prepared.{left} - prepared.{right} > 0.01", columns, f"不大于{zh} {{0}}", f"at most {en}, {{0}}",
        (f"prepared.{right}::text",),
    )  # fmt: skip


def _above_zero(amount: str, column: str) -> Wanted:
    return Wanted(f"prepared.{amount} <= 0", (column,), "大于 0 的金额", "an amount above 0")


def _not_before(last: str, first: str, columns: tuple[str, str]) -> Wanted:
    return Wanted(
        f"prepared.{last} < prepared.{first}", columns, "终止年月不早于 {0}", "an end not before {0}",
        (_month(f"prepared.{first}"),),
    )  # fmt: skip


def _real_month(number: str, column: str) -> Wanted:
    return Wanted(
        f"prepared.{number} is null", (column,), "真实年月，如 202406", "a real month, as 202406"
    )  # fmt: skip


_ARRIVED = Wanted(
    "prepared.aae078_code = '1' and prepared.aab191 is null", ("AAE078", "AAB191"),
    "填写到账日期，或改为未到账", "the date of arrival, or not arrived",
)  # fmt: skip

WANTED: dict[str, tuple[Wanted, ...]] = {
    "AB01-1": (
        Wanted(
            "true", ("AAB030",),
            "18 位统一社会信用代码，末位校验码正确（现为 {0} 位）",
            "18 characters with the right check character ({0} now)",
            ("char_length(btrim(landed.aab030))::text",),
        ),
    ),
    "AB01-2": (
        Wanted(
            "true", ("AAB004",),
            "登记的单位全称，不少于 4 个字", "the registered name, 4 characters or more",
        ),
    ),
    "AB02-1": (
        _known_employer(), _code("AAE140", "险种", "schemes"), _code("AAB051", "参保状态", "status"),
        _code("AAB033", "征收方式", "base methods"),
    ),
    "AB07-1": (_not_above("paid", "due", ("AAE020", "AAE080"), "应缴金额", "what is due"), _ARRIVED),
    "AC01-1": (
        Wanted(
            "true", ("AAC002",),
            "18 位有效号码，出生日期真实、校验码正确（现为 {0} 位）",
            "18 characters, a real date, the right check character ({0} now)",
            ("char_length(btrim(landed.aac002))::text",),
        ),
    ),
    "AC01-2": (
        Wanted(
            "true", ("AAC006", "AAC002"), "{0}（公民身份号码中的出生日期），或更正号码",
            "{0} as in the identity number, or another number", ("prepared.identity_born_on::text",),
        ),
    ),
    "AC01-3": (
        Wanted(
            "true", ("AAC004", "AAC002"), "{0}（公民身份号码中的性别，1 男 2 女），或更正号码",
            "{0} as in the identity number (1 male, 2 female), or another number",
            ("prepared.identity_sex",),
        ),
    ),
    "AC01-4": (
        Wanted(
            "true", ("AAC003",),
            "户籍登记的姓名，不少于 2 个字，不含数字", "the registered name, 2 characters or more, no digits",
        ),
    ),
    "AC01-5": (
        Wanted(
            "true", ("AAC006",),
            "真实的出生日期，1900-01-01 至本月末", "a real date from 1900-01-01 to the end of the month",
        ),
    ),
    "AC01-6": (_code("AAC060", "生存状态", "survival status"),),
    "AC01-7": (
        Wanted(
            "prepared.aac060_code = '2' and prepared.aae138 is null", ("AAC060", "AAE138"),
            "填写死亡日期，或更正生存状态", "the date of death, or another status",
        ),
        Wanted(
            "prepared.aac060_code = '1' and prepared.aae138 is not null", ("AAC060", "AAE138"),
            "删除死亡日期，或将生存状态改为 2 死亡", "no date of death, or status 2 (dead)",
        ),
    ),
    "AC02-1": (
        _code("AAE140", "险种", "schemes"), _code("AAC008", "参保状态", "status"),
        _code("AAC066", "参保身份", "identities"),
    ),
    "AC02-2": (_known_person(),),
    "AC02-3": (
        Wanted(
            "prepared.first_insured_month > prepared.enrolled_month", ("AAC049", "AAC030"),
            "首次参保年月不晚于 {0}", "first insured not after {0}", (_month("prepared.enrolled_month"),),
        ),
        Wanted(
            "prepared.aae140_code not in ('310', '390')"
            " and prepared.first_insured_month < prepared.sixteenth_birthday_month",
            ("AAC049",),
            "首次参保年月不早于 {0}（年满 16 周岁）", "first insured not before {0}, the 16th birthday",
            (_month("prepared.sixteenth_birthday_month"),),
        ),
    ),
    "AC02-4": (
        Wanted(
            "prepared.aac066_code = '11' and prepared.aab001 is null", ("AAC066", "AAB001"),
            "填写参保单位编号，或更正参保身份", "the employer, or another identity",
        ),
        _known_employer("prepared.aab001 is not null and not prepared.is_employer_known"),
    ),
    "AC43-1": (
        _real_month("booked_month", "AAE002"), _real_month("for_month", "AAE003"),
        Wanted(
            "prepared.identity = '11' and prepared.for_month > prepared.booked_month", ("AAE003", "AAE002"),
            "对应所属期不晚于 {0}", "a month not after {0}", (_month("prepared.booked_month"),),
        ),
    ),
    "AC43-2": (
        _known_person(), _known_employer("prepared.aab001 is not null and not prepared.is_employer_known"),
    ),
    "AC43-3": (_ARRIVED,),
    "AC43-4": (
        _not_above("paid_employer", "due_employer", ("AAE020", "AAE080"), "单位应缴", "employer's due"),
        _not_above("paid_person", "due_person", ("AAE022", "AAE082"), "个人应缴", "person's due"),
    ),
    "AC43-5": (
        Wanted(
            "true", ("AAE180", "AAE003"), "{0} 至 {1}", "{0} to {1}",
            ("prepared.floor::numeric(16, 2)::text", "prepared.cap::numeric(16, 2)::text"),
        ),
    ),
    "AC43-6": (
        Wanted(
            "abs(prepared.due_person - prepared.should_person) > 0.01", ("AAE180", "AAE022"),
            "个人应缴 {0}（基数 × 费率）", "due of the person {0} (base × rate)",
            ("prepared.should_person::text",),
        ),
        Wanted(
            "prepared.base_method = '02' and abs(prepared.due_employer - prepared.should_employer) > 0.01",
            ("AAE180", "AAE020"), "单位应缴 {0}（基数 × 费率）", "due of the employer {0} (base × rate)",
            ("prepared.should_employer::text",),
        ),
    ),
    "AC50-1": (
        Wanted("prepared.balance < 0", ("AAE240",), "不小于 0 的余额", "a balance not below 0"),
        _known_person(),
    ),
    "AC60-1": (_known_person(),),
    "AC60-2": (
        _code("AAE116", "待遇发放状态", "payment status"), _code("AIC161", "待遇类别", "kinds of benefit"),
    ),
    "AC60-3": (_not_before("last_month", "from_month", ("AAE210", "AAE211")),),
    "AC61-1": (
        _above_zero("monthly_amount", "AAE019"),
        Wanted(
            "not prepared.is_entitlement_known", ("AAZ257",),
            "待遇享受信息（AC60）中已有的待遇编号", "an entitlement of AC60",
        ),
        _not_before("to_month", "from_month", ("AAE041", "AAE042")),
    ),
    "AC82-1": (
        Wanted(
            "not prepared.is_entitlement_known", ("AAZ257",),
            "待遇享受信息（AC60）中已有的待遇编号", "an entitlement of AC60",
        ),
        Wanted(
            "prepared.aac001 <> prepared.entitled_person", ("AAC001", "AAZ257"),
            "该待遇的享受人员 {0}", "the person entitled, {0}", ("prepared.entitled_person",),
        ),
        Wanted(
            "prepared.scheme <> prepared.entitled_scheme", ("AAE140", "AAZ257"),
            "该待遇的险种 {0}", "the scheme of the entitlement, {0}", ("prepared.entitled_scheme",),
        ),
    ),
    "AC82-2": (
        _above_zero("paid_amount", "AAE019"),
        Wanted(
            "abs(prepared.items_total - prepared.paid_amount) > 0.01", ("AAE019",),
            "{0}（待遇项目之和）", "{0}, the sum of its items", ("prepared.items_total::text",),
        ),
    ),
    "AC82-3": (
        _real_month("booked_month", "AAE002"), _real_month("for_month", "AAE003"),
        Wanted(
            "prepared.for_month > prepared.booked_month", ("AAE003", "AAE002"),
            "对应所属期不晚于 {0}", "a month not after {0}", (_month("prepared.booked_month"),),
        ),
    ),
    "AC82-4": (Wanted("true", ("AAE117", "AAE357"), "填写退回原因", "the reason of the return"),),
    "YC01-1": (
        _known_person(), _above_zero("claimed", "AAE019"),
        Wanted(
            "prepared.recovered > prepared.claimed", ("AAE019", "AAE058"),
            "追回金额不大于冒领金额 {0}", "at most what was claimed, {0}", ("prepared.claimed::text",),
        ),
        _not_before("to_month", "from_month", ("AAE041", "AAE042")),
    ),
    "YC02-1": (
        _known_person(),
        Wanted(
            "coalesce(prepared.yae001_code, '') not in ('in', 'out')", ("YAE001",),
            "in（转入）或 out（转出）", "in or out",
        ),
        Wanted("prepared.moved_amount < 0", ("AAE019",), "不小于 0 的金额", "an amount not below 0"),
    ),
}  # fmt: skip

_AMOUNT = r"^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,2})?$"
_LEAP = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_DAY = "^(?!0000)({})$".format(
    "|".join(
        f"[0-9]{{4}}{dash}((0[13578]|1[02]){dash}(0[1-9]|[12][0-9]|3[01])"
        f"|(0[469]|11){dash}(0[1-9]|[12][0-9]|30)|02{dash}(0[1-9]|1[0-9]|2[0-8]))|{_LEAP}{dash}02{dash}29"
        for dash in ("", "-")
    )
)
_MONTH = "^(?!0000)[0-9]{4}-?(0[1-9]|1[0-2])$"
_UNREADABLE = {
    "amount": (_AMOUNT, "金额，如 1234.56", "an amount, as 1234.56"),
    "date": (_DAY, "真实日期，如 2024-06-30", "a real date, as 2024-06-30"),
    "month": (_MONTH, "真实年月，如 202406", "a real month, as 202406"),
}


def _unreadable(column: Column) -> Wanted:
    """Return what is wanted of a cell that holds another kind of value."""
    pattern, zh, en = _UNREADABLE[column.kind]
    value = f"btrim(landed.{column.landed})"
    is_too_large = f"abs(round({value}::numeric, 2)) >= 1e16" if column.kind == "amount" else "false"
    return Wanted(
        f"case when coalesce({value}, '') in ('', 'NULL', 'N/A') then false"
        f" when char_length({value}) <= 200 and {value} ~ '{pattern}' then {is_too_large} else true end",
        (column.name,), zh, en,
    )  # fmt: skip


@cache
def wanted_by(rule_id: str) -> tuple[Wanted, ...]:
    """Return what a rule wants; of ``<table>-0`` that amounts (of AC60 also days and months) are readable."""
    table, _, number = rule_id.partition("-")
    if number != "0" or table not in TABLES:
        return WANTED.get(rule_id, ())
    kinds = ("amount", "date", "month") if table == "AC60" else ("amount",)
    return tuple(_unreadable(column) for column in TABLES[table].columns if column.kind in kinds)
