"""The lists of the portal by name, with the columns and orders of the exports of the same things."""

from __future__ import annotations

from psycopg import sql

from portal.lists.columns import Column, Join, Kind, List, Order

_KINDS: dict[str, Kind] = {
    "month": "month", "for_month": "month", "first_month": "month", "last_month": "month",
    "first_seen": "month", "verified_month": "month", "division": "division", "due_on": "day",
    "corrected_on": "day", "as_of": "day", "until_on": "day",
    **dict.fromkeys(
        ("publication", "number", "replaces", "replaced_by", "source_row", "months", "checked", "failed",
         "sequence", "rows_declared", "rows_loaded", "rows_quarantined", "rows_repeated", "run_id",
         "comment_id"),
        "integer",
    ),
    **dict.fromkeys(
        ("value", "numerator", "denominator", "rate", "target", "score", "amount", "amount_a", "amount_b",
         "difference", "amount_declared", "amount_loaded", "amount_quarantined", "wage", "average_wage",
         "floor", "cap", "sum_personal", "expected_base", "provisional_base", "applied_base", "tax_base",
         "trueup_due", "trueup_booked", "trueup_open"),
        "decimal",
    ),
    **dict.fromkeys(
        ("started_at", "ended_at", "entered_at", "at", "prepared_at", "reviewed_at", "approved_at"),
        "instant",
    ),
    "not_usable": "texts",
}  # fmt: skip


def _columns(names: str, *, filters: str = "", personal: str = "", joined: str = "") -> tuple[Column, ...]:
    """Return columns by their names; a mistyped filter or personal one is an error."""
    every, chosen, hidden, beside = (text.split() for text in (names, filters, personal, joined))
    unknown = (set(chosen) | set(hidden) | set(beside)) - set(every)
    if unknown:
        raise ValueError(f"no columns of the list: {', '.join(sorted(unknown))}")
    return tuple(
        Column(
            name,
            _KINDS.get(name, "text"),
            is_filter=name in chosen,
            is_personal=name in hidden,
            is_joined=name in beside,
        )
        for name in every
    )


def _order(*terms: str) -> tuple[Order, ...]:
    """Return an order: columns, or ``length(column)``; with ``nulls first`` or ``desc`` behind them."""
    return tuple(_term(*term.split(" ", 1)) for term in terms)


def _term(column: str, how: str = "") -> Order:
    measured = column.startswith("length(")
    name = column.removeprefix("length(").removesuffix(")")
    expression: sql.Composable = sql.SQL("listed.{}").format(sql.Identifier(name))
    if measured:
        expression = sql.SQL("length({})").format(expression)
    kind: Kind = "integer" if measured or name == "place" else _KINDS.get(name, "text")
    return Order(expression, kind, is_descending=how == "desc", nulls_first=how == "nulls first")


def _published(
    name: str, view: str, columns: tuple[Column, ...], *order: str, key: str = "", join: Join | None = None,
    relation: str = "", has_drafts: bool = True,
) -> List:  # fmt: skip
    drafts = f"published.draft_{view}" if has_drafts else None
    return List(
        name, relation or view, f"published.{view}", columns, _order(*order), key, drafts, join
    )  # fmt: skip


def _live(name: str, relation: str, rows: str, columns: tuple[Column, ...], *order: str, key: str) -> List:
    return List(name, relation, rows, columns, _order(*order), key, is_published=False)


# The forms of the export ``reports``; that of bases, B1, is an export and a form of its own.
_FIGURES = "(select * from {} where form <> 'B1')"
# Current publications, their drafts, and what they replaced, each with the one that took its place.
_PUBLICATIONS = """(
    select every.*, successor.number as replaced_by
    from (
        select * from published.publications
        union all select * from published.draft_publications
        union all select * from published.superseded_publications
    ) as every
    left join lateral (
        select later.number
        from (
            select number, replaces from published.publications
            union all select number, replaces from published.superseded_publications
        ) as later
        where later.replaces = every.number
        order by later.number desc limit 1
    ) as successor on true
)"""

_ALL = (
    List(
        "figures", "figures", _FIGURES.format("published.figures"),
        _columns(
            "month form division scheme breakdown cell label_zh label_en value unit indicator publication",
            filters="form division scheme breakdown indicator",
        ),
        _order("form", "length(cell)", "cell", "division", "scheme", "breakdown", "indicator"),
        draft_rows=_FIGURES.format("published.draft_figures"),
    ),
    _published(
        "scorecard",
        "scorecard",
        _columns(
            "month division table metric numerator denominator rate target status grade publication",
            filters="division table metric status grade",
        ),
        "division", "table", "metric",
    ),
    _published(
        "rule-results",
        "rule_results",
        _columns(
            "month division table rule_id checked failed severity text_zh text_en publication",
            filters="division table rule_id",
        ),
        "division", "table", "rule_id",
    ),
    _published(
        "issues",
        "issues",
        _columns(
            "issue_id month division table rule_id key source_file_id source_row first_seen due_on state"
            " corrected_on reason publication state_now",
            filters="division table rule_id state state_now due_on", personal="key", joined="state_now",
        ),
        "place", "issue_id",
        key="issue_id",
        join=Join(
            "portal.issue_states", "issue_id", {"state_now": "state"}, changed="portal.issues_changed"
        ),
    ),
    _published(
        "cases",
        "cases",
        _columns(
            "case_id rule_id month division scheme person_id other_person_id match_class score first_month"
            " last_month months amount state outcome evidence publication state_now",
            filters="division scheme rule_id state state_now",
            personal="person_id other_person_id evidence", joined="state_now",
        ),
        "place", "case_id",
        key="case_id", join=Join("portal.case_states", "case_id", {"state_now": "state"}), has_drafts=False,
    ),
    _published(
        "reconciliation",
        "reconciliation",
        _columns(
            "month check division scheme subject for_month account_no party_a party_b amount_a amount_b"
            " difference status items publication",
            filters="check division scheme for_month status", personal="subject account_no items",
        ),
        "place",
    ),
    _published(
        "bases",
        "bases",
        _columns(
            "month division scheme wage_year level unit_id person_id identity base_method unit_method"
            " wage_source wage wage_kind average_wage floor cap sum_personal expected_base provisional_base"
            " applied_base tax_base verified_month trueup_due trueup_booked trueup_open status publication",
            filters="division scheme wage_year level unit_id status", personal="person_id",
        ),
        "place",
    ),
    _published(
        "base-exceptions",
        "base_exceptions",
        _columns(
            "exception_id exception month division scheme wage_year unit_id person_id first_month last_month"
            " months expected found amount due_on evidence publication",
            filters="exception division scheme wage_year unit_id due_on", personal="person_id evidence",
        ),
        "place",
        relation="bases", key="exception_id",
    ),
    _live(
        "publications", "publications", _PUBLICATIONS,
        _columns(
            "number month state as_of preparer prepared_at reviewer reviewed_at approver approved_at"
            " content_sha256 sha256 audit_head replaces replaced_by not_usable",
            filters="month state",
        ),
        "number desc", key="number",
    ),
    _live(
        "files", "feed_files", "portal.feed_files()",
        _columns(
            "file_id feed division month format sequence name sha256 state reason rows_declared rows_loaded"
            " rows_quarantined rows_repeated amount_declared amount_loaded amount_quarantined duplicate_of",
            filters="feed division month format state reason",
        ),
        "feed", "division nulls first", "month nulls first", "format nulls first", "sequence nulls first",
        "name", "file_id", key="file_id",
    ),
    _live(
        "runs", "runs", "portal.runs()",
        _columns("run_id step month as_of started_at ended_at outcome", filters="step month outcome"),
        "run_id desc", key="run_id",
    ),
    _live(
        "declarations", "declarations", "portal.declarations_read()",
        _columns("month item answer note actor entered_at", filters="month"),
        "month desc", "item", key="item",
    ),
    _live(
        "comments", "cases|issues", "portal.comments_read()",
        _columns("comment_id about division author text at", filters="about"),
        "comment_id", key="comment_id",
    ),
    _live(
        "divisions", "divisions", "portal.divisions_read()",
        _columns("division name_zh name_en level parent"),
        "division", key="division",
    ),
)  # fmt: skip
LISTS: dict[str, List] = {listed.name: listed for listed in _ALL}
