"""Operators: who may sign where there is no portal, as the site's ``operators.csv`` lists them."""

from __future__ import annotations

from dataclasses import dataclass

from fundwatch.actors import is_same_person, name_of_signer, plain_name
from fundwatch.errors import SignOffRefused
from fundwatch.settings import Settings
from fundwatch.site.loading import read_unversioned


@dataclass(frozen=True)
class Operator:
    """Who signs: the name that is recorded, and the name that is printed."""

    name: str
    display: str


def operator_of(settings: Settings, name: str) -> Operator:
    """Return the operator somebody signs as; without ``operators.csv`` any name is its own.

    Raises: SignOffRefused (the site lists its operators and this is none of them, or there is no letter in
            the name), SiteIncomplete.
    """
    listed = listed_operators(settings)
    if not listed:
        plain = name_of_signer(name, act="a signature")
        return Operator(plain, plain)
    for operator in listed:
        if is_same_person(operator.name, name):
            return operator
    raise SignOffRefused(
        f"{plain_name(name) or 'nobody'} is no operator in {settings.site_folder / 'operators.csv'}",
        next_step="Sign with a name it lists, or add the name to it",
    )


def display_of_user(settings: Settings, user: str) -> str:
    """Return the printed name of the user a process runs as; empty where no operator has that name."""
    return next(
        (operator.display for operator in listed_operators(settings) if is_same_person(operator.name, user)),
        "",
    )


def listed_operators(settings: Settings) -> list[Operator]:
    """Return the operators of the site in the order of the file; none where the site has no such file.

    Raises: SiteIncomplete (the file cannot be read, or lacks a column).
    """
    return [
        Operator(plain_name(name), plain_name(display or name))
        for name, display, _ in read_unversioned(settings.site_folder, "operators")
        if name
    ]
