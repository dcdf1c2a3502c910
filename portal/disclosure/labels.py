"""What the public pages call their figures: the Chinese names are keys of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

INDICATOR_NAMES: Mapping[str, str] = {
    "insured_persons": "参保人数",
    "insured_retirees": "参保离退休人员",
    "beneficiaries_paid": "待遇发放人数",
    "contributions_received": "实缴保险费",
    "benefits_paid": "实发待遇",
    "payment_rate": "支付率",
}
UNIT_NAMES: Mapping[str, str] = {"persons": "人", "yuan": "元", "%": "%"}
SCHEME_NAMES: Mapping[str, str] = {
    "ALL": "合计",
    "110": "企业职工基本养老保险",
    "120": "机关事业单位养老保险",
    "170": "城乡居民基本养老保险",
    "210": "失业保险",
    "310": "职工基本医疗保险",
    "390": "城乡居民基本医疗保险",
    "410": "工伤保险",
    "510": "生育保险",
}
