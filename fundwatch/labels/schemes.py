"""What schemes are called, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping

SCHEMES: Mapping[str, tuple[str, str]] = {
    "ALL": ("全部险种", "All schemes"),
    "110": ("企业职工基本养老保险", "Enterprise pension"),
    "120": ("机关事业单位养老保险", "Government pension"),
    "170": ("城乡居民基本养老保险", "Residents' pension"),
    "210": ("失业保险", "Unemployment"),
    "310": ("职工基本医疗保险", "Employees' medical"),
    "390": ("城乡居民基本医疗保险", "Residents' medical"),
    "410": ("工伤保险", "Work injury"),
    "510": ("生育保险", "Maternity"),
}
