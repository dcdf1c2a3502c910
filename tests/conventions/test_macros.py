"""Every macro of the dbt project is described, with the arguments it has."""

from __future__ import annotations

import re

import yaml

from pipeline.dbt_runner import project_folder

MACRO = re.compile(r"\{%-? macro ([a-z][a-z_0-9]*)\((.*?)\) *-?%\}", re.DOTALL)
# Variants of a macro by engine are described with it.
VARIANT = re.compile(r"(?:default|postgres|spark)__")
ARGUMENT = re.compile(r"(?:^|,)\s*([a-z_]+)")


def _declared() -> dict[str, list[str]]:
    """Each macro's arguments, in order, as its SQL declares them; values they default to left out."""
    arguments_of = {}
    for path in sorted((project_folder() / "macros").rglob("*.sql")):
        for name, signature in MACRO.findall(path.read_text(encoding="utf-8")):
            if not VARIANT.match(name):
                plain = re.sub(r"\[.*?\]|\{.*?\}", "", signature)
                arguments_of[name] = ARGUMENT.findall(plain)
    return arguments_of


def _described() -> dict[str, dict[str, str]]:
    """Each macro's arguments with their descriptions; the macro's own under the empty name."""
    texts_of = {}
    for path in (project_folder() / "macros").rglob("_*macros.yml"):
        for macro in yaml.safe_load(path.read_text(encoding="utf-8"))["macros"]:
            arguments = {argument["name"]: argument["description"] for argument in macro.get("arguments", ())}
            texts_of[macro["name"]] = {"": macro["description"], **arguments}
    return texts_of


def test_every_macro_is_described_with_its_arguments() -> None:
    declared, described = _declared(), _described()
    assert len(declared) > 100
    assert {name: list(texts)[1:] for name, texts in described.items()} == declared


def test_no_description_of_a_macro_is_empty() -> None:
    described = _described()
    assert described
    assert [name for name, texts in described.items() if not all(texts.values())] == []
