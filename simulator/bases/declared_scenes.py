"""Scenes of declarations: missing, incomplete, contradicted by who is insured, or below the tax base."""

from __future__ import annotations

from simulator.bases.company import Company, pays
from simulator.bases.scenes import settled
from simulator.bases.stage import Stage
from simulator.bases.terms import INJURY, PENSION

_NOBODY = -1


def play(stage: Stage) -> None:
    """Play every scene once."""
    for scene in (
        _declarations, _documents, _wage_bills, _lists, _excluded, _broken, _tax_bases,
    ):  # fmt: skip
        scene(stage)


def _right(company: Company) -> Company:
    pays(company)
    settled(company)
    return company


def _declarations(stage: Stage) -> None:
    silent = stage.company(is_dual=True)
    silent.undeclared.add(stage.target)
    silent.unlisted.add(stage.target)
    _right(silent)
    stage.plant("not_declared", silent)
    if stage.terms.institutions == "sum":
        office = stage.company(is_dual=True, kind="20")
        office.undeclared.add(stage.target)
        office.unlisted.add(stage.target)
        _right(office)
        stage.decoy("not_declared", office, why="the method is the sum of the personal bases")
    single = stage.company()
    single.undeclared.add(stage.target)
    single.unlisted.add(stage.target)
    _right(single)
    stage.decoy("not_declared", single, why="single base")


def _documents(stage: Stage) -> None:
    company = _right(stage.company())
    company.lacking.add((stage.target, "wage_register"))
    stage.plant("document_missing", company, scheme=None, document="wage_register")
    late = _right(stage.company())
    late.late_documents.add((stage.target, "wage_register"))
    stage.decoy(
        "document_missing", late, scheme=None, document="wage_register", why="received late, but received"
    )


def _wage_bills(stage: Stage) -> None:
    wrong = stage.company()
    wrong.bills[stage.target] = wrong.listed_total(stage.target) + 1_200
    _right(wrong)
    stage.plant("wage_bill_differs", wrong, scheme=None)
    unlisted = stage.company()
    unlisted.unlisted.add(stage.target)
    unlisted.bills[stage.target] = 1_200
    _right(unlisted)
    stage.decoy("wage_bill_differs", unlisted, scheme=None, why="no list of persons")
    unknown = stage.company()
    unknown.people[0].has_total = False
    _right(unknown)
    unknown.bills[stage.target] = unknown.listed_total(stage.target) + 48_000
    stage.decoy("wage_bill_differs", unknown, scheme=None, why="a wage that cannot be determined")
    undeclared = stage.company()
    undeclared.undeclared.add(stage.target)
    _right(undeclared)
    stage.decoy("wage_bill_differs", undeclared, scheme=None, why="nothing declared for the unit")


def _lists(stage: Stage) -> None:
    company = stage.company()
    company.people[0].listed = ""
    begun = stage.join(company, wage=6_000, first=stage.months[1], listed="")
    _right(company)
    for wage_year in stage.terms.wage_years():
        if stage.terms.first_month(wage_year) + 11 > stage.terms.last - 12:
            stage.plant("insured_not_listed", company, person=company.people[0], wage_year=wage_year)
        if wage_year > stage.target:
            stage.plant("insured_not_listed", company, person=begun, wage_year=wage_year)
    stage.decoy("insured_not_listed", company, person=begun, why="begun in the base year")


def _excluded(stage: Stage) -> None:
    company = stage.company()
    insured = company.people[0]
    insured.listed, insured.proof = "rehired", "P100"
    injured = stage.join(company, wage=5_000, listed="rehired", proof="P101", schemes=(INJURY,))
    proven = stage.join(company, wage=4_000, listed="elsewhere", proof="P102", last=_NOBODY)
    unproven = stage.join(company, wage=4_000, listed="rehired", last=_NOBODY)
    _right(company)
    for wage_year in stage.terms.wage_years():
        if stage.terms.first_month(wage_year) + 11 > stage.terms.last - 12:
            stage.plant("excluded_but_insured", company, person=insured, wage_year=wage_year)
            stage.plant(
                "excluded_without_proof", company, person=unproven.number, scheme=None, wage_year=wage_year
            )
    stage.decoy("excluded_but_insured", company, person=injured, scheme=INJURY, why="insured in 410 alone")
    stage.decoy("excluded_without_proof", company, person=proven.number, scheme=None, why="with a proof")
    undeclared = stage.company()
    stranger = stage.join(undeclared, wage=4_000, listed="rehired", last=_NOBODY)
    undeclared.undeclared.update(stage.terms.wage_years())
    _right(undeclared)
    stage.decoy(
        "excluded_without_proof", undeclared, person=stranger.number, scheme=None,
        why="nothing declared for the unit",
    )  # fmt: skip


def _broken(stage: Stage) -> None:
    month = stage.months[-1]
    lacking = _right(stage.company(is_dual=True))
    lacking.units = [unit for unit in lacking.units if unit.month != month]
    stage.plant("dual_base_broken", lacking)
    charged = _right(stage.company(is_dual=True))
    next(row for row in charged.rows if row.month == month).due_employer = 100
    stage.plant("dual_base_broken", charged)
    injury = stage.company(is_dual=True)
    for person in injury.people:
        person.schemes = (PENSION, INJURY)
    _right(injury)
    stage.decoy("dual_base_broken", injury, scheme=INJURY, why="work injury is paid by the person's row")


def _tax_bases(stage: Stage) -> None:
    month = stage.verified
    for is_dual in (True, False):
        below = _right(stage.company(is_dual=is_dual))
        base = below.right_unit_base(PENSION, stage.target)
        below.vouchers.append((month, "employer", base * 2, base))
        stage.plant("below_tax_base", below)
    near = _right(stage.company(is_dual=True))
    base = near.right_unit_base(PENSION, stage.target)
    near.vouchers.append((month, "employer", base * 1005 // 1000, base))
    stage.decoy("below_tax_base", near, why="within one per cent")
    without = _right(stage.company(is_dual=True))
    base = without.right_unit_base(PENSION, stage.target)
    without.vouchers.append((month, "employer", None, base))
    without.vouchers.append((month, "employee", base * 2, base))
    stage.decoy("below_tax_base", without, why="no voucher of the employer with a base")
    refunded = _right(stage.company(is_dual=True))
    base = refunded.right_unit_base(PENSION, stage.target)
    refunded.vouchers.append((month, "employer", base, base))
    refunded.vouchers.append((month, "refund", base * 2, -1))
    stage.decoy("below_tax_base", refunded, why="the base of a refund is none")
