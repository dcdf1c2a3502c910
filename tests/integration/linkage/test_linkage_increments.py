"""Linking only who changed gives what linking everybody anew gives."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from crosschecks.linkage.model import newest_model
from crosschecks.linkage.settings import person_settings
from tests.integration.linkage.planted import BORN, Person, changed, draw, numbered, planted_register

TABLES = ("linkage_persons", "linkage_names", "linkage_state", "linkage_pairs", "linked_pairs")


def test_link_again_equals_linking_everybody(desk, make_desk):
    chance = random.Random(1)  # noqa: S311 - reproducible, and nothing secret
    persons = planted_register(900, seed=1).persons
    desk.forget()
    desk.link(persons.values())
    whole = make_desk()
    for turn in range(2):
        for key in chance.sample(sorted(persons), 40):
            persons[key] = changed(chance, persons[key])
        for key in chance.sample(sorted(persons), 25):
            del persons[key]
        for place in range(25):
            newcomer = draw(chance, f"N{turn}{place:03d}")
            persons[newcomer.person_id] = newcomer
        summary = desk.link(persons.values())
        assert 0 < summary.relinked < len(persons) / 3
        whole.link(persons.values())
        for table in TABLES:
            assert desk.stored(table) == whole.stored(table), (turn, table)
        whole.forget()
        assert len(desk.stored("linked_pairs")) > 50


def test_link_again_decides_whoever_shares_a_claim_with_who_changed(desk, make_desk):
    """Names and days so few that everybody is near somebody: who comes alters what others may claim."""
    chance = random.Random(9)  # noqa: S311 - reproducible, and nothing secret
    days = [date(1961, 7, day) for day in (4, 5, 14, 15)] + [date(1961, 8, day) for day in (4, 15)]

    def near(key: str) -> Person:
        person = replace(
            draw(chance, key), sex="1", birth=chance.choice(days), name=chance.choice(("王伟", "王玮"))
        )
        number = numbered(person.birth, chance.randrange(0, 100, 2), "1", f"64030{chance.randrange(1, 6)}")
        is_valid = chance.random() < 0.35
        return replace(person, number=number if is_valid else None, is_valid=is_valid)

    persons = {f"P{place:03d}": near(f"P{place:03d}") for place in range(14)}
    others = {person.person_id: person for person in planted_register(200, seed=9).persons.values()}
    desk.forget()
    whole = make_desk()
    outcomes = set()
    for turn in range(12):
        batch = [*persons.values(), *others.values()]
        desk.link(batch)
        whole.forget()
        whole.link(batch)
        assert desk.stored("linked_pairs") == whole.stored("linked_pairs"), turn
        outcomes.add(len(desk.stored("linked_pairs")))
        key = chance.choice(sorted(persons))
        persons[key] = near(key)
    assert len(outcomes) > 3


def test_link_again_knows_the_claims_of_persons_beside_whoever_changed(desk, make_desk):
    """Two without a number are near each other; two numbers claim one of them, then one claims the other."""

    def one(key: str, day: int, number: str | None = None, **values: object) -> Person:
        return replace(
            Person(key, "王伟", number, date(1961, 7, day), "1", is_valid=number is not None), **values
        )

    newcomer = one("V3", 14, numbered(date(1961, 7, 14), 60, "1"), name="王玮")
    slipped = newcomer.number[:-2] + str((int(newcomer.number[-2]) + 2) % 10) + newcomer.number[-1]
    near = [
        one("U1", 14, slipped, is_valid=False),
        one("U2", 15),
        one("V1", 5, numbered(date(1961, 7, 5), 20, "1")),
        one("V2", 5, numbered(date(1961, 7, 5), 40, "1")),
    ]
    others = [*planted_register(200, seed=9).persons.values(), *near]
    desk.forget()
    desk.link(others)
    scored = {row[:2] for row in desk.stored("linkage_pairs")}
    assert scored >= {("U1", "U2"), ("U2", "V1"), ("U2", "V2")}
    batch = [*others, newcomer]
    assert desk.link(batch).relinked < 5
    anew = {row[:2] for row in desk.stored("linkage_pairs")} - scored
    assert anew == {("U1", "V3")}
    whole = make_desk()
    whole.link(batch)
    assert desk.stored("linked_pairs") == whole.stored("linked_pairs")


def test_link_of_an_unchanged_batch_compares_nobody(desk):
    persons = planted_register(300, seed=5).persons.values()
    desk.link(persons)
    before = desk.stored("linked_pairs")
    again = desk.link(persons)
    assert (again.relinked, again.candidates) == (0, 0)
    assert desk.stored("linked_pairs") == before


def test_link_scores_a_settled_pair_anew_when_its_name_becomes_frequent(desk):
    """Their name is borne by more and more: what linked them weighs less, though neither changed."""
    wang = Person("P1", "王伟", numbered(BORN, 31, "1"), BORN, "1")
    without = replace(wang, person_id="P2", number=None, is_valid=False)
    others = [draw(random.Random(place), f"X{place:04d}") for place in range(700)]  # noqa: S311
    desk.link([wang, without, *others])
    (former,) = (row[2] for row in desk.stored("linkage_pairs") if row[:2] == ("P1", "P2"))
    namesakes = [
        replace(other, name="王伟", person_id=f"Y{place:04d}") for place, other in enumerate(others[:80])
    ]
    desk.link([wang, without, *namesakes, *others[80:]])
    (later,) = (row[2] for row in desk.stored("linkage_pairs") if row[:2] == ("P1", "P2"))
    assert later < former


def test_link_begins_anew_with_another_model(desk):
    persons = list(planted_register(300, seed=6).persons.values())
    desk.link(persons)
    summary = desk.link(persons, model=replace(newest_model(), name="persons-9999-12-31"))
    assert summary.relinked == len(persons)
    desk.forget()


def test_trained_model_has_the_levels_of_the_settings():
    def levels(settings: dict) -> list[tuple]:
        return [
            (
                comparison["output_column_name"],
                [level["sql_condition"] for level in comparison["comparison_levels"]],
            )
            for comparison in settings["comparisons"]
        ]

    ours = person_settings().create_settings_dict("duckdb")
    trained = newest_model().splink_settings
    assert len(ours["comparisons"]) == 4
    assert levels(trained) == levels(ours)
    assert [rule["blocking_rule"] for rule in trained["blocking_rules_to_generate_predictions"]] == [
        rule["blocking_rule"] for rule in ours["blocking_rules_to_generate_predictions"]
    ]
