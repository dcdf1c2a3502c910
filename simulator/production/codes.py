"""AA10: the standard codes of the production tables."""

from __future__ import annotations

import numpy as np

from simulator import parameters
from simulator.entities.employers import COUNTY_NAMES
from simulator.history import History

_CODES = {
    "AAE140": "110 企业职工基本养老保险,120 机关事业单位养老保险,170 城乡居民基本养老保险,210 失业保险,"
    "310 职工基本医疗保险,390 城乡居民基本医疗保险,410 工伤保险,510 生育保险",
    "AAB019": "10 企业,20 事业单位,30 机关",
    "AAB020": "110 国有,120 集体,150 有限责任公司,170 私营",
    "AAB022": "B06 煤炭开采,B11 开采辅助,C14 食品制造,C26 化学原料,C34 通用设备,E49 建筑安装,F51 批发,"
    "G54 道路运输,H62 餐饮,I65 软件,K70 房地产,S91 国家机构",
    "AAA149": "1 一类,2 二类,3 三类,4 四类,5 五类,6 六类,7 七类,8 八类",
    "AAB051": "1 参保,2 暂停,3 终止",
    "AAB033": "01 双基数,02 单基数",
    "AAC004": "1 男,2 女,9 未说明",
    "AAC009": "10 非农业户口,20 农业户口",
    "AAC013": "1 工人,2 干部",
    "AAC058": "01 居民身份证,02 护照,03 港澳居民来往内地通行证,04 台湾居民来往大陆通行证",
    "AAC060": "1 正常,2 死亡,3 失踪",
    "AAC008": "1 参保缴费,2 暂停缴费,4 终止",
    "AAC066": "11 职工,12 灵活就业人员,13 居民",
    "AAA115": "10 正常应缴,31 补缴",
    "AAE078": "0 未到账,1 已到账",
    "AIC161": "01 正常退休,02 特殊工种,03 病退,11 供养亲属,21 失业,41 工伤,51 死亡待遇",
    "AAE116": "1 正常发放,2 暂停,3 终止",
    "AAA036": "101 基础养老金,102 个人账户养老金,103 调整,201 失业保险金,301 供养亲属抚恤金,"
    "401 伤残津贴,501 丧葬补助金,502 一次性抚恤金,503 个人账户余额",
    "AAE145": "1 银行,2 邮局,9 现金",
    "AAE117": "0 待发,1 成功,2 退回",
    "YAE001": "in 转入,out 转出",
}


def code_table() -> History:
    """Return AA10, divisions included."""
    rows = [(name, *item.split(" ", 1)) for name, items in _CODES.items() for item in items.split(",")]
    rows += [
        ("AAB301", division, name) for division, name in zip(parameters.COUNTIES, COUNTY_NAMES, strict=True)
    ]
    columns = zip(*rows, strict=True)
    names = ("AAA100", "AAA102", "AAA103")
    return History.of(
        "AA10",
        0,
        {name: np.array(values, dtype=object) for name, values in zip(names, columns, strict=True)},
    )
