"""The words on the scorecard page, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass

# The rates counties are compared by, in this order.
MAIN_METRICS = ("load_rate", "completeness", "fill_rate", "anomaly_rate", "duplication_rate")
RATES_OF_ERROR = frozenset({"anomaly_rate", "duplication_rate"})


@dataclass(frozen=True)
class ScorecardTexts:
    """Everything said around the figures of a scorecard in one language."""

    language: str
    title: str
    rates_heading: str
    chart_summary: str
    grades_heading: str
    grades_note: str
    failing_heading: str
    nothing_fails: str
    details_heading: str
    table: str
    metric: str
    numerator: str
    denominator: str
    rate: str
    target: str
    status: str
    metrics: dict[str, str]
    tables: dict[str, str]
    statuses: dict[str, str]


_ZH = ScorecardTexts(
    language="zh",
    title="数据质量记分卡",
    rates_heading="各地区五项指标",
    chart_summary="各地区入库率、项目齐全率、项目记实率、异常率和重复率的条形图，数值见下表",
    grades_heading="各地区各数据表等级",
    grades_note=(
        "等级只由未达标项目的最高严重程度决定："
        "A 全部达标，B 仅提示项，C 有警告项，D 一项严重，F 两项及以上严重。"
    ),
    failing_heading="未达标项目",
    nothing_fails="全部达标。",
    details_heading="明细",
    table="数据表",
    metric="指标",
    numerator="分子",
    denominator="分母",
    rate="比率",
    target="目标",
    status="结果",
    metrics={
        "load_rate": "入库率",
        "coverage": "上报率",
        "completeness": "项目齐全率",
        "fill_rate": "项目记实率",
        "code_match_rate": "代码匹配率",
        "anomaly_rate": "异常率",
        "duplication_rate": "重复率",
        "duplication_rate_identity": "证件号码重复率",
        "accuracy": "准确率",
        "timeliness": "及时率",
    },
    tables={
        "AA10": "代码表",
        "AB01": "单位基本信息",
        "AB02": "单位参保信息",
        "AB07": "单位征集信息",
        "AC01": "个人基本信息",
        "AC02": "个人参保信息",
        "AC43": "个人缴费信息",
        "AC50": "个人账户",
        "AC60": "待遇享受信息",
        "AC61": "待遇核定项目",
        "AC82": "待遇支付信息",
        "AC83": "待遇支付项目",
        "YC01": "被冒领信息",
        "YC02": "转移信息",
        "tax-voucher-csv/1": "税务缴款凭证",
        "treasury-receipt-csv/1": "国库回执",
        "bank-statement-csv/1": "银行对账单",
        "camt.053/1": "银行对账单",
        "mt940/1": "银行对账单",
        "payment-return-csv/1": "代发回盘",
        "deposit-journal-csv/1": "财政专户日记账",
        "trial-balance-csv/1": "科目余额表",
    },
    statuses={"pass": "达标", "fail": "未达标", "na": "不适用"},
)

_EN = ScorecardTexts(
    language="en",
    title="Data quality scorecard",
    rates_heading="Five rates by division",
    chart_summary=(
        "Bar chart of load rate, completeness, fill rate, anomaly rate and duplication rate by division; "
        "the table below has the figures"
    ),
    grades_heading="Grades by division and table",
    grades_note=(
        "A grade is the worst severity among failed thresholds: A none, B info only, C a warning, "
        "D one critical, F two or more critical."
    ),
    failing_heading="Thresholds failed",
    nothing_fails="None.",
    details_heading="Details of",
    table="Table",
    metric="Rate",
    numerator="Numerator",
    denominator="Denominator",
    rate="Value",
    target="Target",
    status="Result",
    metrics={
        "load_rate": "Load rate",
        "coverage": "Coverage",
        "completeness": "Completeness",
        "fill_rate": "Fill rate",
        "code_match_rate": "Code match rate",
        "anomaly_rate": "Anomaly rate",
        "duplication_rate": "Duplication rate",
        "duplication_rate_identity": "Duplicate identity numbers",
        "accuracy": "Accuracy",
        "timeliness": "Timeliness",
    },
    tables={
        "AA10": "Code table",
        "AB01": "Employers",
        "AB02": "Employers by scheme",
        "AB07": "Unit collection",
        "AC01": "Persons",
        "AC02": "Enrolments",
        "AC43": "Contributions",
        "AC50": "Personal accounts",
        "AC60": "Entitlements",
        "AC61": "Approved items",
        "AC82": "Payments",
        "AC83": "Payment items",
        "YC01": "Impostor claims",
        "YC02": "Transfers",
        "tax-voucher-csv/1": "Tax vouchers",
        "treasury-receipt-csv/1": "Treasury receipts",
        "bank-statement-csv/1": "Bank statements",
        "camt.053/1": "Bank statements",
        "mt940/1": "Bank statements",
        "payment-return-csv/1": "Payment returns",
        "deposit-journal-csv/1": "Deposit journal",
        "trial-balance-csv/1": "Trial balance",
    },
    statuses={"pass": "pass", "fail": "FAIL", "na": "n/a"},
)

SCORECARD_TEXTS = {"zh": _ZH, "en": _EN}
