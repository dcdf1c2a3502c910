"""The planted cases of cross-checks are in the city's files as the truth says."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

from tests.unit.simulator_truth.planted_city import select, truth, yuan


def test_the_planted_dead_are_paid_what_the_truth_says(city):
    planted, decoys = truth(city, "paid_after_death")
    paid = {str(row["AAZ220"]): row for row in select(city, "AC82") if row["AAE117"] == 1}
    assert planted
    for item in planted:
        for payment in item["payments"]:
            row = paid[payment["key"]]
            assert (row["AAC001"], row["AAE140"]) == (item["person_id"], item["scheme"])
            assert yuan(row["AAE019"]) == Decimal(payment["amount"])
            assert row["AAE003"] == payment["for_month"].replace("-", "") > item["died"][:7].replace("-", "")
    assert not {item["person_id"] for item in planted} & {item["person_id"] for item in decoys}
    assert len({item["why"] for item in decoys}) >= 6


def test_the_planted_duplicates_contributed_in_both_enrolments(city):
    planted, decoys = truth(city, "duplicate_enrolment")
    months = defaultdict(Counter)
    for row in select(city, "AC43"):
        if row["AAE078"] == 1:
            months[row["AAC001"], row["AAE140"]][row["AAE003"]] += 1
    assert {item["match_class"] for item in planted} == {"A", "B"}
    for item in planted:
        first, second = item["person_id"], item["other_person_id"]
        for contribution in item["months"]:
            month = contribution["month"].replace("-", "")
            counts = [months[person, item["scheme"]][month] for person in {first, second}]
            assert sum(counts) == 2
            assert min(counts) >= 1
    assert any(item["person_id"] == item["other_person_id"] for item in planted)
    assert len({item["why"] for item in decoys}) == 9
