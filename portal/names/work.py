"""Names of what people work on: suspicious points, issues, publications, answers of the checklist."""

from __future__ import annotations

from collections.abc import Mapping

from fundwatch.labels.cases import VOID_EVENTS

# The word is 疑点 until somebody decided: no state before that says that the point is true.
_CASE_STATES = {
    "candidate": ("待观察", "candidate"),
    "open": ("待核查", "open"),
    "dispatched": ("已下发", "dispatched"),
    "verified": ("已核实", "verified"),
    "decided": ("已认定", "decided"),
    "approved": ("已审批", "approved"),
    "recovering": ("追回中", "recovering"),
    "closed": ("已办结", "closed"),
    "withdrawn": ("已撤回", "withdrawn"),
}
_FINDINGS = {
    "alive": ("本人健在", "alive"),
    "dead": ("已死亡", "dead"),
    "other_person": ("非同一人", "other person"),
    "data_error": ("数据错误", "data error"),
}
_DECISIONS = {
    "suspend": ("停发", "suspend"),
    "recover": ("追回", "recover"),
    "clear": ("排除", "clear"),
}
_OUTCOMES = {
    "no_issue": ("无问题", "no issue"),
    "data_error": ("数据错误", "data error"),
    "under_payment": ("少发", "under-payment"),
    "agency_error": ("经办差错", "agency error"),
    "late_report": ("报告滞后", "late report"),
    "fraud": ("欺诈", "fraud"),
    "referred": ("移送", "referred"),
}
_SIDES = {"for": ("支持", "for"), "against": ("不支持", "against"), "beside": ("参考", "beside")}
_ISSUE_STATES = {
    "open": ("待整改", "open"),
    "overdue": ("逾期", "overdue"),
    "waived": ("暂缓整改", "waived"),
    "corrected": ("已整改", "corrected"),
}
_PUBLICATION_STATES = {
    "draft": ("草稿", "draft"),
    "reviewed": ("已复核", "reviewed"),
    "approved": ("已批准", "approved"),
    "superseded": ("已被取代", "superseded"),
}
_ANSWERS = {"yes": ("是", "yes"), "partly": ("部分", "partly"), "no": ("否", "no")}
_FORMS = {
    "R1": ("社会保险参保情况表", "Social insurance participation"),
    "R2": ("社会保险基金征缴情况表", "Collection of social insurance contributions"),
    "R3": ("社会保险待遇支付情况表", "Payment of social insurance benefits"),
    "B1": ("社会保险缴费基数核定汇总表", "Contribution bases verified, by county"),
    "R4": ("社会保险目标任务完成情况表", "Targets of social insurance and how far they are met"),
    "R5": ("数据质量通报", "Data quality bulletin"),
}
_PARTS = {
    **_FORMS,
    "R6": ("银行存款余额调节表", "Balance statement"),
    "R7": ("四方对账表", "Four ways"),
    "scorecard": ("质量指标", "rates of quality"),
    "rules": ("规则结果", "rule results"),
    "cases": ("疑点", "suspicious points"),
}
_CHANGES = {"changed": ("改变", "changed"), "added": ("新增", "added"), "dropped": ("取消", "dropped")}

KINDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "case_state": _CASE_STATES,
    "finding": _FINDINGS,
    "decision": _DECISIONS,
    "outcome": _OUTCOMES,
    "void_event": VOID_EVENTS,
    "side": _SIDES,
    "issue_state": _ISSUE_STATES,
    "publication_state": _PUBLICATION_STATES,
    "answer": _ANSWERS,
    "form": _FORMS,
    "part": _PARTS,
    "change": _CHANGES,
}
