"""What the SDMX structure is made of: concepts, items of form R4 and units, in Chinese and in English."""

from __future__ import annotations

# In the order of the columns: dimensions, the measure, attributes.
CONCEPTS = {
    "FREQ": ("频率", "Frequency"),
    "REF_AREA": ("行政区划", "Division"),
    "SCHEME": ("险种", "Scheme"),
    "BREAKDOWN": ("分组", "Breakdown"),
    "INDICATOR": ("指标", "Indicator"),
    "ITEM": ("项目", "What is said of the indicator"),
    "TIME_PERIOD": ("期号", "Month"),
    "OBS_VALUE": ("数值", "Value"),
    "UNIT_MEASURE": ("计量单位", "Unit"),
    "UNIT_MULT": ("单位乘数（10 的幂）", "Unit multiplier, power of ten"),
    "DECIMALS": ("小数位数", "Decimals"),
    "OBS_STATUS": ("数值状态", "Status of the value"),
    "FORM": ("表号", "Form"),
    "FORM_CELL": ("表内位置", "Place in the form"),
}

# The value of an indicator, then the columns of form R4 from left to right.
ITEMS = {
    "VALUE": ("指标值", "Value of the indicator"),
    "ACTUAL": ("实际完成", "Actual"),
    "TARGET": ("目标任务", "Target"),
    "COMPLETION": ("完成率", "Completion"),
    "DENOMINATOR": ("应达数", "Out of"),
    "ACTUAL_RATE": ("实际率", "Actual rate"),
    "TARGET_RATE": ("目标率", "Target rate"),
    "POINTS": ("高于目标", "Above target"),
    "PRINTED": ("印列百分比", "Printed"),
    "DIFFERS": ("与原表所列不符", "Differs from printed"),
}

# Unit code -> Chinese, English.
UNIT_NAMES = {
    "PERSONS": ("人", "Persons"),
    "UNITS": ("户", "Units"),
    "CNY": ("元", "Yuan"),
    "PERCENT": ("百分比", "Per cent"),
    "POINTS": ("百分点", "Percentage points"),
    "FLAG": ("标志", "1 or 0"),
    "RATIO": ("比率", "Ratio"),
    "OTHER": ("其他", "Other"),
}

# Unit of a cell -> its code, and the power of ten it is counted in.
UNITS = {
    "persons": ("PERSONS", 0),
    "units": ("UNITS", 0),
    "yuan": ("CNY", 0),
    "%": ("PERCENT", 0),
    "points": ("POINTS", 0),
    "flag": ("FLAG", 0),
    "ratio": ("RATIO", 0),
    "10 000 persons": ("PERSONS", 4),
    "10 000 yuan": ("CNY", 4),
    "100 million yuan": ("CNY", 8),
    "": ("OTHER", 0),
}
MULTIPLIERS = {"0": ("一", "Units"), "4": ("万", "Tens of thousands"), "8": ("亿", "Hundreds of millions")}

# As the SDMX code list of observation status has them.
STATUSES = {"A": ("正常值", "Normal value"), "U": ("可靠性低", "Low reliability")}
