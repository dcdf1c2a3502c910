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
    "DIFFERS": ("与印列不符", "Differs from printed"),
}

# Unit of a cell -> code, Chinese, English.
UNITS = {
    "persons": ("PERSONS", "人", "Persons"),
    "yuan": ("CNY", "元", "Yuan"),
    "%": ("PERCENT", "百分比", "Per cent"),
    "points": ("POINTS", "百分点", "Percentage points"),
    "flag": ("FLAG", "标志", "1 or 0"),
    "ratio": ("RATIO", "比率", "Ratio"),
    "10 000 persons": ("PERSONS_10K", "万人", "Ten thousand persons"),
    "10 000 yuan": ("CNY_10K", "万元", "Ten thousand yuan"),
    "100 million yuan": ("CNY_100M", "亿元", "Hundred million yuan"),
    "": ("OTHER", "其他", "Other"),
}
