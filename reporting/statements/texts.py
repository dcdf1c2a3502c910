"""The words of the statements R6 and R7 in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass

ON_DEMAND = {
    "zh": "按最近一次对账结果出具，未经签发",
    "en": "drawn from the latest reconciliation, not signed",
}


@dataclass(frozen=True)
class BalanceTexts:
    """All words of R6 in one language; ``old`` and ``reasons`` are filled in.

    ``headings`` are those of an item: number, day, document, purpose, amount. ``sides`` are books and bank;
    ``balances``, ``added`` and ``subtracted`` their lines in this order.
    """

    language: str
    title: str
    summary: str
    head: tuple[str, ...]
    kinds: dict[str, str]
    statuses: dict[str, str]
    unit: str
    sides: tuple[str, str]
    headings: tuple[str, str, str, str, str]
    balances: tuple[str, str]
    added: tuple[str, str]
    subtracted: tuple[str, str]
    sum: str
    adjusted: str
    none: str
    not_received: str
    not_known: str
    by_hand: dict[str, str]
    old: str
    places: dict[tuple[str, str], str]
    reasons: dict[str, str]
    unbalanced: str
    hand_matched: str
    register_differs: str
    no_entry: str
    statement: tuple[str, str, str]
    forms: dict[str, str]
    not_registered: str
    signed: tuple[str, str, str, str]
    overview: tuple[str, ...]
    continued: str
    colon: str
    none_asked: str


BALANCE_TEXTS = {
    "zh": BalanceTexts(
        language="zh",
        title="银行存款余额调节表",
        summary="目录",
        head=("单位", "险种（基金）", "账户性质", "开户银行", "账号", "截止日期"),
        kinds={"income": "收入户", "expenditure": "支出户", "fiscal": "财政专户"},
        statuses={
            "balanced": "调节相符",
            "old_items": "调节相符，有两个月以上未达账项（※）",
            "unbalanced": "调节不符",
            "not_received": "未收到，未调节",
        },
        unit="单位：元",
        sides=("单位日记账", "银行对账单"),
        headings=("序号", "日期", "凭证号／结算号", "用途", "金额"),
        balances=("银行存款日记账余额", "银行对账单余额"),
        added=("加：银行已收、账面未收", "加：账面已收、银行未收"),
        subtracted=("减：银行已付、账面未付", "减：账面已付、银行未付"),
        sum="小计",
        adjusted="调节后余额",
        none="无",
        not_received="未收到",
        not_known="—",
        by_hand={"hand_matched": "〔人工勾对余额〕", "written_off": "〔核销〕"},
        old="※ {place}第 {number} 项，{day}，{amount} 元，已 {days} 天：{reason}。",
        places={
            ("books", "added"): "银行已收、账面未收",
            ("bank", "added"): "账面已收、银行未收",
            ("books", "subtracted"): "银行已付、账面未付",
            ("bank", "subtracted"): "账面已付、银行未付",
        },
        reasons={
            "other_amount": "对方有同号记录，金额为 {amount} 元，两者不符",
            "nothing_alike": "对方没有未勾对的同号记录，前后五日内也没有未勾对的同额记录",
        },
        unbalanced="▲ 两方调节后余额相差 {amount} 元，未达账项不能说明全部差额，须查明原因。",
        hand_matched="人工勾对 {count} 组，差额均为 0.00，未列入上表。",
        register_differs="▲ 对账单登记余额 {registered} 元与对账单余额不一致。",
        no_entry="本表只用于核对账目，不得作为记账的依据。",
        statement=("对账单", "编号", "收到日期"),
        forms={"stamped": "盖章纸质", "electronic": "电子"},
        not_registered="未登记",
        signed=("会计主管", "复核", "经办人（制表）", "日期"),
        overview=("序号", "地区", "险种（基金）", "账户性质", "开户银行", "账号", "日记账余额", "对账单余额",
                  "差额", "未达账项数", "结果"),
        continued="（续）",
        colon="：",
        none_asked="本月没有需要编制余额调节表的账户。",
    ),
    "en": BalanceTexts(
        language="en",
        title="Bank balance statement",
        summary="Contents",
        head=("Unit", "Scheme (fund)", "Nature of account", "Bank", "Account", "As at"),
        kinds={"income": "income", "expenditure": "expenditure", "fiscal": "fiscal special account"},
        statuses={
            "balanced": "balanced",
            "old_items": "balanced, with items older than two months (※)",
            "unbalanced": "does not balance",
            "not_received": "not received, not reconciled",
        },
        unit="In yuan",
        sides=("Books of the unit", "Statement of the bank"),
        headings=("No.", "Day", "Voucher or settlement no.", "Purpose", "Amount"),
        balances=("Balance in the deposit journal", "Balance on the bank statement"),
        added=("Add: received by the bank, not booked", "Add: booked as received, not at the bank"),
        subtracted=("Less: paid by the bank, not booked", "Less: booked as paid, not at the bank"),
        sum="Sum",
        adjusted="Adjusted balance",
        none="None",
        not_received="not received",
        not_known="—",
        by_hand={"hand_matched": "[left by a match by hand] ", "written_off": "[written off] "},
        old="※ {place}, item {number}, {day}, {amount} yuan, {days} days old: {reason}.",
        places={
            ("books", "added"): "Received by the bank, not booked",
            ("bank", "added"): "Booked as received, not at the bank",
            ("books", "subtracted"): "Paid by the bank, not booked",
            ("bank", "subtracted"): "Booked as paid, not at the bank",
        },
        reasons={
            "other_amount": "the other side has the same number with another amount, {amount} yuan",
            "nothing_alike": "the other side has no unmatched entry of this number, nor of this amount within"
            " five days",
        },
        unbalanced="▲ The adjusted balances differ by {amount} yuan: the items do not explain the whole"
        " difference, which has to be found.",
        hand_matched="Groups matched by hand that leave 0.00, not listed above: {count}.",
        register_differs="▲ The register of statements has a balance of {registered} yuan, which is not that"
        " of the statement.",
        no_entry="This statement checks the accounts alone. It supports no entry in the books.",
        statement=("Bank statement", "No.", "Received on"),
        forms={"stamped": "stamped paper", "electronic": "electronic"},
        not_registered="not registered",
        signed=("Accounting supervisor", "Checked by", "Handled by (prepared)", "Date"),
        overview=("No.", "Division", "Scheme (fund)", "Nature", "Bank", "Account", "Books", "Bank statement",
                  "Difference", "Items", "Result"),
        continued=" (continued)",
        colon=": ",
        none_asked="No account needs a balance statement this month.",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class FourWayTexts:
    """All words of R7 in one language; ``headings`` are (text, its parts)."""

    language: str
    title: str
    unit: str
    head: tuple[str, str]
    headings: tuple[tuple[str, tuple[str, ...]], ...]
    whole: str
    not_received: str
    incomplete: str
    agrees: str
    explained: str
    unexplained: str
    offsetting: str
    missing: str
    details: str
    detail_headings: tuple[str, ...]
    steps: dict[str, str]
    kinds: dict[str, str]
    parties: dict[str, str]
    no_items: str
    more: str
    note: str
    seals: tuple[str, ...]
    seal: str
    handled: str
    head_of: str
    date: str
    continued: str
    colon: str
    semicolon: str
    none_asked: str


FOUR_WAY_TEXTS = {
    "zh": FourWayTexts(
        language="zh",
        title="社会保险费四方对账表",
        unit="单位：元",
        head=("地区", "对账月份"),
        headings=(
            ("险种", ()),
            ("① 经办机构到账", ()),
            ("② 税务征收", ()),
            ("③ 国库入库", ()),
            ("④ 财政专户到账", ()),
            ("②－①", ("差额", "其中：在途", "其中：滞纳金")),
            ("②－③", ("差额", "其中：在途")),
            ("③－④", ("差额", "其中：在途")),
            ("未说明差异", ()),
            ("说明", ()),
        ),
        whole="合计",
        not_received="未收到",
        incomplete="未收齐",
        agrees="相符",
        explained="差额均已说明",
        unexplained="{step} 未说明 {count} 项 {amount}",
        offsetting="（正 {plus}，负 {minus}）",
        missing="{parties}{missing}",
        details="未达账项明细",
        detail_headings=(
            "序号",
            "险种",
            "环节",
            "日期",
            "凭证号",
            "缴费单位（个人）",
            "金额",
            "天数",
            "原因",
        ),
        steps={"agency": "②－①", "treasury": "②－③", "fiscal_account": "③－④"},
        kinds={
            "timing": "在途",
            "late_fee": "滞纳金",
            "open": "对方无记录",
            "amount_differs": "两方金额不符",
            "tax_only": "税务已征收，经办机构未到账",
            "agency_only": "经办机构已到账，税务未征收",
            "unknown_payer": "缴费人无法识别",
        },
        parties={"agency": "经办机构", "tax": "税务", "treasury": "国库", "fiscal_account": "财政专户"},
        no_items="无",
        more="另有 {count} 项（金额合计 {amount} 元）未印出，全部列于 R7 工作簿。",
        note="注：差额＝前者－后者，金额为正表示前者多。在途为跨月时间性差异。未说明差异＝三项差额－在途－滞纳金；"
        "标▲的为正负相抵，抵销前金额见说明。“未收到”为该方数据未到，不作比较；“未收齐”为部分险种未到，不计合计。",
        seals=("经办机构", "税务机关", "国库", "财政部门"),
        seal="（盖章）",
        handled="经办人",
        head_of="负责人",
        date="日期",
        continued="（续）",
        colon="：",
        semicolon="；",
        none_asked="本月没有需要四方对账的地区。",
    ),
    "en": FourWayTexts(
        language="en",
        title="Social insurance premiums among the four parties",
        unit="In yuan",
        head=("Fiscal division", "Month"),
        headings=(
            ("Scheme", ()),
            ("① Arrived at the agency", ()),
            ("② Collected by tax", ()),
            ("③ Received by the treasury", ()),
            ("④ On the fiscal account", ()),
            ("②−①", ("Difference", "of it in transit", "of it late fees")),
            ("②−③", ("Difference", "of it in transit")),
            ("③−④", ("Difference", "of it in transit")),
            ("Not explained", ()),
            ("Remarks", ()),
        ),
        whole="Total",
        not_received="not received",
        incomplete="incomplete",
        agrees="agrees",
        explained="all differences explained",
        unexplained="{step}: {count} not explained, {amount}",
        offsetting=" (plus {plus}, minus {minus})",
        missing="{missing}: {parties}",
        details="Items",
        detail_headings=(
            "No.",
            "Scheme",
            "Step",
            "Day",
            "Voucher",
            "Payer",
            "Amount",
            "Days",
            "Reason",
        ),
        steps={"agency": "②−①", "treasury": "②−③", "fiscal_account": "③−④"},
        kinds={
            "timing": "in transit",
            "late_fee": "late fee",
            "open": "nothing on the other side",
            "amount_differs": "two amounts",
            "tax_only": "collected, not arrived at the agency",
            "agency_only": "arrived at the agency, not collected",
            "unknown_payer": "payer unknown",
        },
        parties={
            "agency": "agency",
            "tax": "tax bureau",
            "treasury": "treasury",
            "fiscal_account": "fiscal account",
        },
        no_items="None",
        more="{count} items more, {amount} yuan together, are not printed; the workbook R7 lists all.",
        note="Note: a difference is the first less the second. In transit is what another month holds. Not"
        " explained = the three differences less what is in transit and late fees; ▲ marks plus and minus"
        " that offset each other, the remarks have both. Not received: the party's data have not come,"
        " nothing is compared. Incomplete: those of some schemes have not, so there is no total.",
        seals=("Agency", "Tax bureau", "Treasury", "Finance department"),
        seal=" (seal)",
        handled="Handled by",
        head_of="Head",
        date="Date",
        continued=" (continued)",
        colon=": ",
        semicolon="; ",
        none_asked="No division has fiscal accounts to compare this month.",
    ),
}
