"""Names of rates, tables and severities, in Chinese and in English.

A table or rate without a name here is shown by its code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fundwatch.catalogue import TABLES
from fundwatch.labels.figures import NOTHING

LANGUAGES = ("zh", "en")
# Groups of tables, in the order they are shown.
BUSINESS, CATEGORIES, FUND = "business", "categories", "fund"

METRICS: Mapping[str, tuple[str, str]] = {
    "load_rate": ("入库率", "Load rate"),
    "timeliness": ("及时率", "Timeliness"),
    "coverage": ("上报率", "Coverage"),
    "completeness": ("项目齐全率", "Completeness"),
    "fill_rate": ("项目记实率", "Fill rate"),
    "code_match_rate": ("代码匹配率", "Code match rate"),
    "anomaly_rate": ("异常率", "Anomaly rate"),
    "duplication_rate": ("重复率", "Duplication rate"),
    "duplication_rate_identity": ("证件号码重复率", "Duplicate identity numbers"),
    "accuracy": ("准确率", "Accuracy"),
    "arrival_review_rate": ("到账复核率", "Arrival review rate"),
    "arrival_review_rate_earlier_years": ("以前年度到账复核率", "Arrival review rate, earlier years"),
    "arrival_review_rate_this_year": ("本年到账复核率", "Arrival review rate, this year"),
    "error_correction_rate": ("错误信息修改率", "Error correction rate"),
}
RATES_OF_ERROR = frozenset({"anomaly_rate", "duplication_rate", "duplication_rate_identity"})

TABLE_NAMES: Mapping[str, tuple[str, str]] = {
    "AA10": ("代码表", "Code table"),
    "AB01": ("单位基本信息", "Employers"),
    "AB02": ("单位参保信息", "Employers by scheme"),
    "AB07": ("单位征集信息", "Unit collection"),
    "AC01": ("个人基本信息", "Persons"),
    "AC02": ("个人参保信息", "Enrolments"),
    "AC43": ("个人缴费信息", "Contributions"),
    "AC50": ("个人账户", "Personal accounts"),
    "AC60": ("待遇享受信息", "Entitlements"),
    "AC61": ("待遇核定项目", "Approved items"),
    "AC82": ("待遇支付信息", "Payments"),
    "AC83": ("待遇支付项目", "Payment items"),
    "YC01": ("被冒领信息", "Impostor claims"),
    "YC02": ("转移信息", "Transfers"),
    "category:employers": ("参保单位", "Employers"),
    "category:working_persons": ("在职人员", "Working persons"),
    "category:retirees": ("离退休人员", "Retirees"),
    "category:deaths": ("死亡人员", "Deaths"),
    "category:dependants": ("供养亲属", "Dependants"),
    "category:impostor_claims": ("被冒领人员", "Impostor claims"),
    "category:transfers": ("转移人员", "Transfers"),
    "tax-voucher-csv/1": ("税务缴款凭证", "Tax vouchers"),
    "treasury-receipt-csv/1": ("国库回执", "Treasury receipts"),
    "bank-statement-csv/1": ("银行对账单（CSV）", "Bank statements (CSV)"),
    "camt.053/1": ("银行对账单（camt.053）", "Bank statements (camt.053)"),
    "mt940/1": ("银行对账单（MT940）", "Bank statements (MT940)"),
    "payment-return-csv/1": ("代发回盘", "Payment returns"),
    "deposit-journal-csv/1": ("财政专户日记账", "Deposit journal"),
    "trial-balance-csv/1": ("科目余额表", "Trial balance"),
}
_GROUPS = {
    BUSINESS: ("业务数据", "Business data"),
    CATEGORIES: ("人员与单位类别", "Categories"),
    FUND: ("基金数据", "Fund data"),
}
_SEVERITIES = {"critical": ("严重", "critical"), "warning": ("警告", "warning"), "info": ("提示", "info")}
_CATEGORY = "category:"


def group_of(table: str) -> str:
    """Return the group of a table: a production table, a category of rows, or a format of fund data."""
    if table.startswith(_CATEGORY):
        return CATEGORIES
    return FUND if "/" in table and table not in TABLES else BUSINESS


def in_order(tables: Iterable[str]) -> dict[str, list[str]]:
    """Return the tables by group, in the order of the labels; tables without a label follow by code."""
    order = list(TABLE_NAMES)
    groups: dict[str, list[str]] = {group: [] for group in _GROUPS}
    for table in sorted(tables, key=lambda name: (order.index(name) if name in order else len(order), name)):
        groups[group_of(table)].append(table)
    return {group: names for group, names in groups.items() if names}


class Labels:
    """The names in one language; what has no name is shown by its code."""

    def __init__(self, language: str) -> None:
        """Take a language."""
        place = LANGUAGES.index(language)
        self._metrics = {name: texts[place] for name, texts in METRICS.items()}
        self._tables = {name: texts[place] for name, texts in TABLE_NAMES.items()}
        self._groups = {name: texts[place] for name, texts in _GROUPS.items()}
        self._severities = {name: texts[place] for name, texts in _SEVERITIES.items()}

    def metric(self, metric: str) -> str:
        """Return a rate's name."""
        return self._metrics.get(metric, metric)

    def table(self, table: str) -> str:
        """Return a table's name."""
        return self._tables.get(table, table)

    def code(self, table: str) -> str:
        """Return the code of a table, to show beside its name; empty where it has no code or no name."""
        return "" if table.startswith(_CATEGORY) or self.table(table) == table else table

    def titled(self, table: str) -> str:
        """Return a table's code and name."""
        return f"{self.code(table)} {self.table(table)}".lstrip()

    def group(self, group: str) -> str:
        """Return the name of a group of tables."""
        return self._groups[group]

    def severity(self, severity: str | None) -> str:
        """Return a severity's name; a dash for none."""
        return self._severities.get(severity or "", NOTHING)


def place_of(metric: str) -> tuple[int, str]:
    """Return the sort key of a rate: the order of the labels, then rates without a label by code."""
    order = list(METRICS)
    return (order.index(metric) if metric in order else len(order), metric)
