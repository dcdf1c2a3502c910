"""What a bulletin says in words, each sentence made from its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from reporting.bulletin.figures import Base, Figures
from reporting.bulletin.ranking import RATES_OF_ERROR, in_percent
from reporting.bulletin.tables import percent_text
from reporting.snapshot.bulletin_inputs import METRICS
from reporting.texts import month_in_words

_NAMED = 5
_BAD = ("D", "F")


def paragraphs(figures: Figures) -> tuple[str, ...]:
    """Return the summary: each rate and who is best and worst, rules, issues, grades, the checklist."""
    between = "" if figures.words.language == "zh" else " "
    parts = (
        tuple(_months(figures)),
        *((_level(figures, metric), _extremes(figures, metric)) for metric in METRICS),
        (*_worst_rule(figures), _grades(figures)),
        tuple(_issues(figures)),
        (_checklist(figures),),
    )
    return tuple(between.join(filter(None, part)) for part in parts if part)


def _months(figures: Figures) -> Iterator[str]:
    known = [month for month in figures.months if month in figures.inputs.listed]
    if len(known) < len(figures.months):
        which = figures.words.comma.join(month_in_words(month, figures.words.language) for month in known)
        yield figures.words.sentences["months"].format(count=len(known), which=which)


def _level(figures: Figures, metric: str) -> str:
    said, rate = figures.words.sentences, figures.rate(figures.city, metric)
    about = {"area": figures.names[figures.city], "metric": figures.metric_names[metric]}
    if rate is None:
        return said["level_none"].format(**about)
    change, year = (_compared(figures, metric, base) for base in figures.bases)
    return said["level"].format(**about, rate=percent_text(rate), change=change, year=year)


def _compared(figures: Figures, metric: str, base: Base) -> str:
    said = figures.words.sentences
    name = said[base.name.replace("last", "base")]
    change = figures.change(figures.city, metric, base)
    if change is None:
        return said["no_base"].format(base=name)
    points = in_percent(change)
    if not points:
        return said["same"].format(base=name)
    return said["rose" if points > 0 else "fell"].format(base=name, points=abs(points))


def _extremes(figures: Figures, metric: str) -> str:
    said = figures.words.sentences
    known = {division: figures.rate(division, metric) for division in figures.places[metric]}
    if not known:
        return said["none"]
    low, high = min(known.values()), max(known.values())
    if low == high:
        return said["all_equal"].format(rate=percent_text(low))
    points = in_percent(high - low)
    gap = said["gap"].format(points=points) if points else said["small_gap"]
    best, worst = (low, high) if metric in RATES_OF_ERROR else (high, low)
    return said["extremes"].format(
        best=_who(figures, [one for one in known if known[one] == best]),
        worst=_who(figures, [one for one in known if known[one] == worst]),
        best_rate=percent_text(best), worst_rate=percent_text(worst), gap=gap,
    )  # fmt: skip


def _worst_rule(figures: Figures) -> Iterator[str]:
    if not figures.worst_rules:
        yield figures.words.no_rules
        return
    worst, text = figures.worst_rules[0], figures.worst_rules[0].text.rstrip("。.")
    share = in_percent_of(worst.failed, figures.failures)
    yield figures.words.sentences["worst_rule"].format(
        rule=worst.rule_id, text=text, failed=f"{worst.failed:,}", share=share
    )


def _issues(figures: Figures) -> Iterator[str]:
    said, found = figures.words.sentences, figures.issues(figures.city)
    yield said["issues"].format(
        area=figures.names[figures.city],
        period=said["quarter_period" if figures.is_quarter else "month_period"],
        issued=f"{found.issued:,}", corrected=f"{found.corrected:,}", due=f"{found.open + found.overdue:,}",
        overdue=f"{found.overdue:,}", waived=f"{found.waived:,}",
    )  # fmt: skip
    if found.due:
        yield said["corrected"].format(
            due=f"{found.due:,}", corrected=f"{found.corrected_in_time:,}",
            rate=in_percent_of(found.corrected_in_time, found.due),
        )  # fmt: skip
    else:
        yield said["none_due"]
    overdue = {division: figures.issues(division).overdue for division in figures.counties}
    most = max(overdue.values(), default=0)
    if most:
        who = _who(figures, [division for division in overdue if overdue[division] == most])
        yield said["most_overdue"].format(division=who, overdue=f"{most:,}")


def _grades(figures: Figures) -> str:
    bad = [
        f"{figures.names[division]} {table}"
        for (division, table), grade in sorted(figures.grades.items())
        if grade in _BAD and division != figures.city
    ]
    if not bad:
        return figures.words.sentences["no_bad_grades"]
    return figures.words.sentences["bad_grades"].format(count=len(bad), which=_listed(figures, bad))


def _checklist(figures: Figures) -> str:
    counts = Counter(one.answer for one in figures.checklist)
    return figures.words.sentences["checklist"].format(
        count=len(figures.checklist), yes=counts["yes"], partly=counts["partly"], no=counts["no"],
        unknown=counts["unknown"] + counts["not_due"], undeclared=counts["undeclared"],
    )  # fmt: skip


def in_percent_of(part: int, whole: int) -> str:
    """Return a share in per cent with two decimals, a dash of nothing."""
    return percent_text(Fraction(part, whole) if whole else None)


def _who(figures: Figures, divisions: list[str]) -> str:
    return _listed(figures, [figures.names[division] for division in divisions])


def _listed(figures: Figures, names: list[str]) -> str:
    more = figures.words.sentences["more"] if len(names) > _NAMED else ""
    return figures.words.comma.join(names[:_NAMED]) + more
