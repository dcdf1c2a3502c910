"""The indicators as the specification lists them: kind and unit of each."""

from __future__ import annotations

STOCKS = {
    "insured_workers": "persons",
    "insured_retirees": "persons",
    "insured_persons": "persons",
    "suspended_persons": "persons",
    "arrears": "yuan",
}
FLOWS = {
    "new_enrolments": "persons",
    "contributing_persons": "persons",
    "contributions_due": "yuan",
    "contributions_received_current": "yuan",
    "contributions_received_back": "yuan",
    "contributions_received_advance": "yuan",
    "contributions_received": "yuan",
    "arrears_cleared": "yuan",
    "beneficiaries_paid": "persons",
    "benefits_paid": "yuan",
    "benefits_payable": "yuan",
}
RATIOS = {
    "collection_rate": "%",
    "average_base": "yuan",
    "payment_rate": "%",
    "socialised_payment_rate": "%",
    "average_benefit": "yuan",
    "dependency_ratio": "persons",
}
CITY_STOCKS = {"cross_division_duplicates": "persons"}
MOVEMENTS = {"entered": "persons", "left": "persons"}

UNITS: dict[str, tuple[str, str]] = {
    **{name: ("stock", unit) for name, unit in (STOCKS | CITY_STOCKS).items()},
    **{name: ("flow", unit) for name, unit in (FLOWS | MOVEMENTS).items()},
    **{f"{name}_ytd": ("ytd", unit) for name, unit in FLOWS.items()},
    **{name: ("ratio", unit) for name, unit in RATIOS.items()},
}
"""(kind, unit) of every indicator the oracle computes."""
