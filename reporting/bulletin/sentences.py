"""The sentences of a bulletin, each computed from its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from fundwatch.labels.quality import RATES_OF_ERROR, Labels
from reporting.bulletin.figures import Base, BulletinFigures
from reporting.formatting import in_percent, percent
from reporting.snapshot.bulletin_inputs import METRICS
from reporting.texts import month_in_words

_NAMED = 5
_BAD = ("F", "D")


def paragraphs(figures: BulletinFigures) -> tuple[str, ...]:
    """Return the summary: each rate with best and worst county, rules, issues, grades, the checklist."""
    between = "" if figures.words.language == "zh" else " "
    parts = (
        tuple(_months(figures)),
        *((_level(figures, metric), _extremes(figures, metric)) for metric in METRICS),
        (*_worst_rule(figures), _grades(figures)),
        tuple(_issues(figures)),
        (_checklist(figures),),
    )
    return tuple(between.join(filter(None, part)) for part in parts if part)


def _months(figures: BulletinFigures) -> Iterator[str]:
    months = [month for month in figures.months if month in figures.inputs.listed]
    if len(months) < len(figures.months):
        which = figures.words.comma.join(month_in_words(month, figures.words.language) for month in months)
        yield figures.words.sentences["months"].format(count=len(months), which=which)


def _level(figures: BulletinFigures, metric: str) -> str:
    templates, rate = figures.words.sentences, figures.rate(figures.city, metric)
    about = {"area": figures.names[figures.city], "metric": figures.metric_names[metric]}
    if rate is None:
        return templates["level_none"].format(**about)
    change, year = (_compared(figures, metric, base) for base in figures.bases)
    shown = percent(rate, figures.decimals[metric])
    return templates["level"].format(**about, rate=shown, change=change, year=year)


def _compared(figures: BulletinFigures, metric: str, base: Base) -> str:
    templates = figures.words.sentences
    name = templates[base.name.replace("last", "base")]
    change = figures.change(figures.city, metric, base)
    if change is None:
        return templates["no_base"].format(base=name)
    if not change:
        return templates["same"].format(base=name)
    return templates["rose" if change > 0 else "fell"].format(base=name, points=f"{abs(change):f}")


def _extremes(figures: BulletinFigures, metric: str) -> str:
    templates = figures.words.sentences
    places = figures.decimals[metric]
    exact = {county: figures.rate(county, metric) for county in figures.counties}
    written = {county: in_percent(rate, places) for county, rate in exact.items() if rate is not None}
    if not written:
        return templates["none"]
    low, high = min(written.values()), max(written.values())
    best, worst = (low, high) if metric in RATES_OF_ERROR else (high, low)
    those = {rate: [county for county in written if written[county] == rate] for rate in (best, worst)}
    best_rate, worst_rate = (percent(exact[those[rate][0]], places) for rate in (best, worst))
    if low == high:
        return templates["all_equal"].format(rate=best_rate)
    return templates["extremes"].format(
        best=_who(figures, those[best]), worst=_who(figures, those[worst]), best_rate=best_rate,
        worst_rate=worst_rate, gap=templates["gap"].format(points=f"{high - low:f}"),
    )  # fmt: skip


def _worst_rule(figures: BulletinFigures) -> Iterator[str]:
    if not figures.worst_rules:
        yield figures.words.no_rules
        return
    worst, text = figures.worst_rules[0], figures.worst_rules[0].text.rstrip("。.")
    share = _share_text(worst.failed, figures.failures)
    yield figures.words.sentences["worst_rule"].format(
        rule=worst.rule_id, text=text, failed=f"{worst.failed:,}", share=share
    )


def _issues(figures: BulletinFigures) -> Iterator[str]:
    templates, issues = figures.words.sentences, figures.issues(None)
    yield templates["issues"].format(
        area=figures.names[figures.city],
        period=templates["quarter_period" if figures.is_quarter else "month_period"],
        issued=f"{issues.issued:,}", corrected=f"{issues.corrected:,}",
        due=f"{issues.open:,}", overdue=f"{issues.overdue:,}", waived=f"{issues.waived:,}",
    )  # fmt: skip
    if issues.due:
        yield templates["corrected"].format(
            due=f"{issues.due:,}", corrected=f"{issues.corrected_in_time:,}",
            rate=_share_text(issues.corrected_in_time, issues.due),
        )  # fmt: skip
    else:
        yield templates["none_due"]
    overdue = {division: figures.issues(division).overdue for division in figures.counties}
    most = max(overdue.values(), default=0)
    if most:
        who = _who(figures, [division for division in overdue if overdue[division] == most])
        yield templates["most_overdue"].format(division=who, overdue=f"{most:,}")


def _grades(figures: BulletinFigures) -> str:
    labels = Labels(figures.words.language)
    bad = [
        f"{name} {labels.titled(table)}"
        for grade in _BAD
        for division, name in figures.names.items()
        for (owner, table), graded in figures.grades.items()
        if (owner, graded) == (division, grade)
    ]
    if not bad:
        return figures.words.sentences["no_bad_grades"]
    return figures.words.sentences["bad_grades"].format(count=len(bad), which=_listed(figures, bad))


def _checklist(figures: BulletinFigures) -> str:
    counts = Counter(item.answer for item in figures.checklist)
    return figures.words.sentences["checklist"].format(
        count=len(figures.checklist), yes=counts["yes"], partly=counts["partly"], no=counts["no"],
        unknown=counts["unknown"] + counts["not_due"], undeclared=counts["undeclared"],
    )  # fmt: skip


def _share_text(part: int, whole: int) -> str:
    """Return a share in per cent with two decimals, a dash without a whole."""
    return percent(Fraction(part, whole) if whole else None)


def _who(figures: BulletinFigures, divisions: list[str]) -> str:
    return _listed(figures, [figures.names[division] for division in divisions])


def _listed(figures: BulletinFigures, names: list[str]) -> str:
    more = figures.words.sentences["more"] if len(names) > _NAMED else ""
    return figures.words.comma.join(names[:_NAMED]) + more
