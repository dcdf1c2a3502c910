"""The words of evidence sheets in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SheetTexts:
    """All words of a sheet in one language; ``amounts`` are the lines of a settlement, in order."""

    language: str
    title: str
    death_title: str
    not_verified: str
    head: tuple[str, ...]
    no_scheme: str
    no_division: str
    month_range: str
    one_month: str
    states: dict[str, str]
    sides: dict[str, str]
    evidence: str
    evidence_headings: tuple[str, ...]
    evidence_note: str
    see_list: str
    annex: str
    gone: str
    numbers: tuple[str, str, str]
    tables: dict[str, str]
    divided: str
    undivided: str
    settlement: str
    death_on: str
    own_death_on: str
    death_unknown: str
    amounts: tuple[tuple[str, str], ...]
    settlement_note: str
    law: str
    no_law: str
    history: str
    checks: str
    check_lines: tuple[tuple[str, ...], ...]
    death_check_lines: tuple[tuple[str, ...], ...]
    outcomes: dict[str, str]
    signed: tuple[str, ...]
    page: str
    case: str
    as_of: str
    yuan: str


_ZH = SheetTexts(
    language="zh",
    title="社会保险疑点核查证据单",
    death_title="死亡待遇核定单",
    not_verified="疑点　未经核实，不作认定",
    head=(
        "疑点类型",
        "疑点编号",
        "期号",
        "个人（单位、账户）编号",
        "姓名（名称）",
        "证件号码",
        "险种",
        "行政区划",
        "匹配类别",
        "状态",
        "涉及期间",
        "涉及金额（元）",
    ),
    no_scheme="不分险种",
    no_division="待核",
    month_range="{first} 至 {last}，{months} 个月",
    one_month="{first}，{months} 个月",
    states={
        "candidate": "待观察",
        "open": "待核查",
        "dispatched": "已下发",
        "verified": "已核实",
        "decided": "已认定",
        "approved": "已审批",
        "recovering": "追回中",
        "closed": "已办结",
        "withdrawn": "已撤回",
    },
    sides={"for": "支持", "against": "不支持", "beside": "参考"},
    evidence="证据",
    evidence_headings=("序号", "方向", "来源表", "业务主键", "内容", "来源批次", "记录序号"),
    evidence_note=(
        "每条证据均可按来源批次和记录序号查到原始记录：fundwatch trace row --file 批次编号 --line 记录序号。"
    ),
    see_list="另有 {count} 条见附页清单，本页所列金额包含附页各条。",
    annex="附页：证据清单（续）",
    gone="原始记录已不在库",
    numbers=("一、", "二、", "三、"),
    tables={"death_event": "死亡登记", "payment_return": "银行回盘", "voucher": "税务凭证"},
    divided="{month}：{amount}＝统筹 {pooled}＋账户 {account}；AC83 {lines}",
    undivided="{month}：{amount}，无分项，计入统筹",
    settlement="死亡待遇核定（拟）",
    death_on="死亡日期（多来源取最晚）：{day}；死亡当月待遇照发，次月起停发。",
    own_death_on="死亡日期（本库登记）：{day}；死亡当月待遇照发，次月起停发。",
    death_unknown="死亡日期：待核",
    amounts=(
        ("死亡次月起已发放", "{payments} 笔，{months} 个月"),
        ("其中：统筹部分（含未分项）", "101、103、201、301、401 等项"),
        ("其中：个人账户部分", "102 项"),
        ("个人账户余额", "AC50，本期"),
        ("个人账户部分由余额承担", "不追回；从可继承余额中扣除"),
        ("应退回合计", "统筹部分＋账户部分超出余额"),
        ("丧葬补助金已核未发", "已核 {approved}，已发 {paid}"),
        ("抵扣：丧葬补助金", "经遗属同意"),
        ("抵扣：剩余个人账户余额", "经遗属同意；已发继承额（503）{heirs}"),
        ("拟追回", "应退回合计－抵扣"),
        ("拟发遗属", "未抵扣的丧葬补助金＋剩余余额"),
    ),
    settlement_note="金额单位：元。本核定为拟核定数，经核实、认定、审批后生效；不自动停发、不自动扣款。",
    law="适用条款（按行为发生日期；以核实为前提）",
    no_law="未查到行为发生时有效且可印证的条款，须由法规部门补充。",
    history="处理经过",
    checks="核查情况（核查人填写）",
    check_lines=(
        ("核查方式", "核查日期", "联系电话"),
        ("当事人说明", "证明材料"),
        ("核查结论", "认定意见"),
    ),
    death_check_lines=(
        ("核查方式", "核查日期", "联系电话"),
        ("是否健在", "死亡日期", "领取人及关系"),
        ("核查结论", "认定意见"),
    ),
    outcomes={
        "alive": "本人健在",
        "dead": "已死亡",
        "other_person": "非同一人",
        "suspend": "停发",
        "recover": "追回",
        "clear": "排除",
        "no_issue": "无问题",
        "data_error": "数据错误",
        "under_payment": "少发",
        "agency_error": "经办差错",
        "late_report": "报告滞后",
        "fraud": "欺诈",
        "referred": "移送",
    },
    signed=("核查人", "认定人", "审批人", "日期"),
    page="第 {page} 页　共 {pages} 页",
    case="疑点编号",
    as_of="数据截至",
    yuan="元",
)

_EN = SheetTexts(
    language="en",
    title="Evidence sheet of a suspicious point",
    death_title="Settlement of benefits after a death",
    not_verified="SUSPICIOUS POINT, not verified: no finding",
    head=(
        "Kind of point",
        "Case",
        "Month",
        "Person (employer, account)",
        "Name",
        "Identity number",
        "Scheme",
        "Division",
        "Match class",
        "State",
        "Months concerned",
        "Amount (yuan)",
    ),
    no_scheme="none",
    no_division="to be found",
    month_range="{first} to {last}, {months} months",
    one_month="{first} (months: {months})",
    states={
        "candidate": "candidate",
        "open": "open",
        "dispatched": "dispatched",
        "verified": "verified",
        "decided": "decided",
        "approved": "approved",
        "recovering": "recovering",
        "closed": "closed",
        "withdrawn": "withdrawn",
    },
    sides={"for": "for", "against": "against", "beside": "beside"},
    evidence="Evidence",
    evidence_headings=("No.", "Speaks", "Table", "Key", "What it says", "Batch", "Line"),
    evidence_note="Each row is found by its batch and line: fundwatch trace row --file BATCH --line LINE.",
    see_list="{count} more: see the list on the next page; the amounts on this page count them.",
    annex="Annex: list of evidence, continued",
    gone="no longer landed",
    numbers=("1. ", "2. ", "3. "),
    tables={"death_event": "death event", "payment_return": "bank return", "voucher": "voucher"},
    divided="{month}: {amount} = pooled {pooled} + account {account}; AC83 {lines}",
    undivided="{month}: {amount}, without items: counted as pooled",
    settlement="Settlement of benefits (proposed)",
    death_on="Date of death (latest of the sources): {day}. The month of death is due; payment ends with it.",
    own_death_on="Date of death (in AC01): {day}. The month of death is due; payment ends with it.",
    death_unknown="Date of death: to be found",
    amounts=(
        ("Paid after the month of death", "{payments} payments, {months} months"),
        ("of which pooled fund (undivided included)", "items 101, 103, 201, 301, 401 and others"),
        ("of which personal account", "item 102"),
        ("Balance of the personal account", "AC50 of this month"),
        ("Account part borne by the balance", "not recovered; taken off what the heirs inherit"),
        ("To be returned, gross", "pooled part + account part beyond the balance"),
        ("Funeral grant approved and not paid", "approved {approved}, paid {paid}"),
        ("Netted against the funeral grant", "if the survivors agree"),
        ("Netted against the balance left", "if the survivors agree; paid to heirs (503) {heirs}"),
        ("Proposed to recover", "gross less what is netted"),
        ("Proposed to pay to the survivors", "grant and balance that are left"),
    ),
    settlement_note=(
        "Amounts in yuan. A proposal: in force when verified, decided and approved; nothing is stopped "
        "or deducted automatically."
    ),
    law="Articles in force on the date of the act, should it be verified",
    no_law="No evidenced article was in force at the time; the legal department adds it.",
    history="What was done",
    checks="Verification (filled in by who verifies)",
    check_lines=(
        ("How verified", "On", "Telephone"),
        ("What they say", "Documents"),
        ("Finding", "Decision"),
    ),
    death_check_lines=(
        ("How verified", "On", "Telephone"),
        ("Alive", "Died on", "Payee and relation"),
        ("Finding", "Decision"),
    ),
    outcomes={
        "other_person": "other person",
        "data_error": "data error",
        "no_issue": "no issue",
        "under_payment": "under-payment",
        "agency_error": "agency error",
        "late_report": "late report",
    },
    signed=("Verified by", "Decided by", "Approved by", "Date"),
    page="Page {page} of {pages}",
    case="Case",
    as_of="Data as of",
    yuan="yuan",
)

SHEET_TEXTS = {"zh": _ZH, "en": _EN}
