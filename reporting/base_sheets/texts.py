"""The words of form B1 in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SheetTexts:
    """Everything a sheet says in one language."""

    title: str
    head: tuple[str, ...]
    schemes: str
    scheme_headings: tuple[str, ...]
    persons: str
    person_headings: tuple[str, ...]
    documents: str
    document_headings: tuple[str, ...]
    exceptions: str
    exception_headings: tuple[str, ...]
    signed: tuple[str, ...]
    none: str
    missing: str
    page: str


TEXTS = {
    "zh": SheetTexts(
        title="缴费基数核定表",
        head=(
            "表号",
            "单位编号",
            "单位名称",
            "纳税人识别号",
            "行政区划",
            "缴费年度（工资年度）",
            "期号",
            "申报工资总额（元）",
            "申报月数",
            "申报人数",
            "申报日期",
        ),
        schemes="一、单位缴费基数（元）",
        scheme_headings=(
            "险种",
            "基数方式",
            "核定方法",
            "月平均工资总额",
            "个人基数合计",
            "应核定基数",
            "暂缴基数",
            "实际基数",
            "征税基数",
            "核定月",
            "应补差",
            "已补差",
            "未补差",
            "状态",
        ),
        persons="二、个人缴费基数（元）",
        person_headings=(
            "险种",
            "个人编号",
            "姓名",
            "工资来源",
            "月平均工资",
            "下限",
            "上限",
            "应核定基数",
            "暂缴基数",
            "实际基数",
            "核定月",
            "应补差",
            "未补差",
            "状态",
        ),
        documents="三、申报材料",
        document_headings=("材料", "截止日期", "收到日期"),
        exceptions="四、待核实事项",
        exception_headings=(
            "事项",
            "险种",
            "个人编号",
            "起始月",
            "截止月",
            "月数",
            "应为",
            "现为",
            "涉及金额（元）",
            "截止日期",
        ),
        signed=("经办人", "复核人", "单位盖章", "日期"),
        none="无",
        missing="未收到",
        page="第 {page} 页　共 {pages} 页",
    ),
    "en": SheetTexts(
        title="Verification of contribution bases",
        head=(
            "Form",
            "Unit",
            "Name",
            "Tax number",
            "Division",
            "Base year (wage year)",
            "Month",
            "Declared wage bill (yuan)",
            "Months declared",
            "Employees declared",
            "Declared on",
        ),
        schemes="1. Unit base (yuan)",
        scheme_headings=(
            "Scheme",
            "Base method",
            "Unit method",
            "Wage bill a month",
            "Σ personal",
            "Expected",
            "Provisional",
            "Applied",
            "Tax base",
            "Verified",
            "True-up due",
            "Booked",
            "Open",
            "Status",
        ),
        persons="2. Personal bases (yuan)",
        person_headings=(
            "Scheme",
            "Person",
            "Name",
            "Wage source",
            "Wage",
            "Floor",
            "Cap",
            "Expected",
            "Provisional",
            "Applied",
            "Verified",
            "True-up due",
            "Open",
            "Status",
        ),
        documents="3. Documents",
        document_headings=("Document", "Due", "Received"),
        exceptions="4. To be verified",
        exception_headings=(
            "Matter",
            "Scheme",
            "Person",
            "From",
            "To",
            "Months",
            "Expected",
            "Found",
            "Amount (yuan)",
            "Due",
        ),
        signed=("Handled by", "Reviewed by", "Seal of the unit", "Date"),
        none="none",
        missing="not received",
        page="page {page} of {pages}",
    ),
}
