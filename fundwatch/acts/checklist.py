"""The six-aspect checklist (六方面检查): which items data answers, and which somebody declares."""

from __future__ import annotations

from dataclasses import dataclass

ANSWERS = ("yes", "partly", "no")


@dataclass(frozen=True)
class Item:
    """One item of the checklist; ``is_declared`` items are answered by a signed declaration."""

    name: str
    aspect: str
    is_declared: bool
    text_zh: str
    text_en: str

    def text(self, language: str) -> str:
        """Return what the item asks in a language."""
        return self.text_zh if language == "zh" else self.text_en


ASPECTS = {
    "standards": ("规范建设", "Standards"),
    "gate": ("入库把关", "Gate at entry"),
    "systems": ("系统建设", "Systems"),
    "analysis": ("分析应用", "Analysis and use"),
    "execution": ("制度执行", "Carrying out the rules"),
    "organisation": ("组织保证", "Organisation"),
}


def _by_data(name: str, aspect: str, text_zh: str, text_en: str) -> Item:
    return Item(name, aspect, is_declared=False, text_zh=text_zh, text_en=text_en)


def _declared(name: str, aspect: str, text_zh: str, text_en: str) -> Item:
    return Item(name, aspect, is_declared=True, text_zh=text_zh, text_en=text_en)


ITEMS = (
    _by_data("codes", "standards", "业务代码符合标准", "Codes of business data are standard codes"),
    _by_data("completeness", "standards", "数据项目齐全", "Required items of the catalogue are there"),
    _declared(
        "written_standards",
        "standards",
        "印发了本地数据采集、录入和更新规范",
        "Local rules on collecting, entering and updating data are in force",
    ),
    _by_data("loaded", "gate", "生产库数据全部入库", "All rows of the production database are loaded"),
    _by_data("fund_files", "gate", "基金数据文件按期到齐", "Files of fund data all came in time"),
    _by_data(
        "refused_rows", "gate", "到达文件的数据行全部通过校验", "No row of a file that came was refused"
    ),
    _by_data("filled", "gate", "数据项目记实", "Items of the catalogue are filled in"),
    _declared(
        "entry_checks",
        "gate",
        "业务前台录入设有校验并经复核",
        "Entry in the business system is checked, and reviewed by a second person",
    ),
    _by_data(
        "extract", "systems", "生产库各表各列均可提取", "All tables and columns of the source can be read"
    ),
    _by_data("continuity", "systems", "监测逐月连续", "Months are measured without gaps"),
    _declared("backup", "systems", "完成备份与恢复演练", "A restore from backup was exercised"),
    _declared("access", "systems", "系统账户与权限已清理复核", "Accounts and rights were reviewed"),
    _by_data(
        "usable",
        "analysis",
        "统计所依据的数据表可用（无 F 级）",
        "No table behind the statistics is graded F",
    ),
    _by_data("points", "analysis", "疑点信息已核查", "Suspicious points are verified"),
    _declared("joint_review", "analysis", "召开了数据会审", "The joint data review was held"),
    _declared("reported", "analysis", "数据分析报告报送领导并用于决策", "An analysis went to the management"),
    _by_data("corrected", "execution", "到期错误信息全部按期修改", "Errors due were corrected in time"),
    _by_data("overdue", "execution", "无逾期未整改问题", "No issue is overdue"),
    _declared(
        "handed_over",
        "execution",
        "整改清单按期下发并由县区签收",
        "Error lists were sent and receipted in time",
    ),
    _declared(
        "release_approval",
        "execution",
        "数据发布前经过审批",
        "Data were approved before their release",
    ),
    _by_data(
        "senders", "organisation", "各外部数据源均落实报送单位", "Every outside feed has a named sender"
    ),
    _declared("leader", "organisation", "明确了数据质量责任领导", "A manager answers for data quality"),
    _declared("stewards", "organisation", "各县区配备了数据质量专管员", "Every county has a data steward"),
    _declared("training", "organisation", "开展了数据质量培训", "Training on data quality was given"),
)

DECLARED = {item.name: item for item in ITEMS if item.is_declared}
