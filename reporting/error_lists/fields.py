"""Names of the columns that error lists show, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping

FIELDS: Mapping[str, tuple[str, str]] = {
    "AAA036": ("待遇项目", "Item"),
    "AAB001": ("单位编号", "Employer"),
    "AAB004": ("单位名称", "Employer's name"),
    "AAB030": ("统一社会信用代码", "Credit code"),
    "AAB033": ("征收方式", "Base method"),
    "AAB051": ("单位参保状态", "Employer's status"),
    "AAB120": ("缴费基数总额", "Sum of bases"),
    "AAB191": ("到账日期", "Arrived on"),
    "AAC001": ("个人编号", "Person"),
    "AAC002": ("公民身份号码", "Identity number"),
    "AAC003": ("姓名", "Name"),
    "AAC004": ("性别", "Sex"),
    "AAC006": ("出生日期", "Born on"),
    "AAC008": ("参保状态", "Status"),
    "AAC030": ("本次参保日期", "Enrolled on"),
    "AAC040": ("申报工资", "Declared wage"),
    "AAC049": ("首次参保年月", "First insured"),
    "AAC060": ("生存状态", "Survival status"),
    "AAC066": ("参保身份", "Identity"),
    "AAE002": ("做账期", "Booked month"),
    "AAE003": ("对应所属期", "Month paid for"),
    "AAE019": ("金额", "Amount"),
    "AAE020": ("单位应缴", "Due of employer"),
    "AAE022": ("个人应缴", "Due of person"),
    "AAE036": ("经办日期", "Handled on"),
    "AAE041": ("开始年月", "First month"),
    "AAE042": ("终止年月", "Last month"),
    "AAE058": ("追回金额", "Recovered"),
    "AAE078": ("到账标志", "Arrived"),
    "AAE080": ("单位实缴", "Paid by employer"),
    "AAE082": ("个人实缴", "Paid by person"),
    "AAE116": ("发放状态", "Payment status"),
    "AAE117": ("支付标志", "Paid"),
    "AAE138": ("死亡日期", "Died on"),
    "AAE140": ("险种", "Scheme"),
    "AAE180": ("缴费基数", "Base"),
    "AAE210": ("享受开始年月", "First month"),
    "AAE211": ("享受终止年月", "Last month"),
    "AAE240": ("账户余额", "Balance"),
    "AAE357": ("退回原因", "Reason of return"),
    "AAZ159": ("参保编号", "Enrolment"),
    "AAZ220": ("支付编号", "Payment"),
    "AAZ223": ("缴费编号", "Contribution"),
    "AAZ257": ("待遇编号", "Entitlement"),
    "AIC161": ("待遇类别", "Kind of benefit"),
    "AIC162": ("待遇核定日期", "Entitled on"),
    "YAE001": ("转移方向", "Direction"),
}


def field_name(column: str, language: str) -> str:
    """Return the name of a column; its code where it has none."""
    names = FIELDS.get(column)
    return column if names is None else names[0 if language == "zh" else 1]
