"""``fundwatch match``, ``write-off`` and ``unmatch``: what people settle by hand, two of them each time."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import JsonOption, print_json, show_pairs, show_rows
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.operators import operator_of
from fundwatch.settings import Settings

if TYPE_CHECKING:
    from reconciliation.hand_matches import HandMatch

app = typer.Typer(rich_markup_mode=None)
Reason = Annotated[str, typer.Option("--reason", help="Why.")]


@app.command()
def match(
    entries: Annotated[
        list[str] | None,
        typer.Argument(help="Names of entries of one account, or their beginnings; none lists the matches."),
    ] = None,
    *,
    confirm: Annotated[
        int | None, typer.Option("--confirm", help="Confirm what somebody else proposed of this match.")
    ] = None,
    name: Annotated[str | None, typer.Option("--as", help="Who proposes or confirms.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why they belong together.")] = "",
    json: JsonOption = False,
) -> None:
    """Match entries of an account by hand, or confirm it.

    They belong together whatever their sum, in every month that has them all, once a second person confirmed
    it. The same confirms write-offs, and what undoes either.
    """
    from reconciliation import hand_matches

    if not entries and confirm is None:
        _list(hand_matches.hand_matches(open_warehouse(Settings.read())), as_json=json)
        return
    if entries and confirm is not None:
        raise typer.BadParameter("give entries or --confirm", param_hint="--confirm")
    if name is None:
        raise typer.BadParameter("say who with --as", param_hint="--as")
    settings = Settings.read()
    signer = operator_of(settings, name).name
    warehouse = open_warehouse(settings)
    if confirm is not None:
        _show(warehouse, hand_matches.confirm(warehouse, match_id=confirm, name=signer), as_json=json)
        return
    proposed = hand_matches.propose(
        warehouse, entries=entries or (), is_write_off=False, name=signer, reason=reason
    )
    _show(warehouse, proposed, as_json=json)


@app.command("write-off")
def write_off(
    entry: Annotated[str, typer.Argument(help="The entry's name, or the beginning of it.")],
    name: Annotated[str, typer.Option("--as", help="Who proposes it.")],
    reason: Reason,
    json: JsonOption = False,
) -> None:
    """Take an entry out of the matching by hand.

    It stays an item of the statement, as written off, once a second person confirmed it with match --confirm.
    """
    from reconciliation import hand_matches

    settings = Settings.read()
    signer = operator_of(settings, name).name
    warehouse = open_warehouse(settings)
    proposed = hand_matches.propose(warehouse, entries=[entry], is_write_off=True, name=signer, reason=reason)
    _show(warehouse, proposed, as_json=json)


@app.command()
def unmatch(
    match_id: Annotated[int, typer.Argument(metavar="ID", help="The number of the match or write-off.")],
    name: Annotated[str, typer.Option("--as", help="Who proposes it.")],
    reason: Reason,
    json: JsonOption = False,
) -> None:
    """Undo a match by hand or a write-off.

    A second person confirms it with match --confirm; one that nobody confirmed is withdrawn at once.
    """
    from reconciliation import hand_matches

    settings = Settings.read()
    signer = operator_of(settings, name).name
    warehouse = open_warehouse(settings)
    _show(
        warehouse,
        hand_matches.undo(warehouse, match_id=match_id, name=signer, reason=reason),
        as_json=json,
    )


def _show(warehouse: Warehouse, matched: HandMatch, *, as_json: bool) -> None:
    from reconciliation.hand_matches import months_due

    due = months_due(warehouse, matched) if matched.state in ("in_force", "undone") else []
    if as_json:
        print_json({**asdict(matched), "months_due": due})
        return
    shown = {**asdict(matched), "entries": ", ".join(matched.entries)}
    show_pairs(f"hand match {matched.match_id}", shown, as_json=False)
    if matched.state in ("proposed", "undo_proposed"):
        print(f"A second person confirms it: fundwatch match --confirm {matched.match_id} --as NAME")
    elif due:
        print("; ".join(f"fundwatch run --month {month}" for month in due) + " states what it changes")


def _list(matched: list[HandMatch], *, as_json: bool) -> None:
    columns = ("match_id", "kind", "state", "account_no", "from_month", "proposed_by", "last_by", "entries")
    if as_json:
        print_json([asdict(match) for match in matched])
        return
    rows = [
        [", ".join(match.entries) if column == "entries" else getattr(match, column) for column in columns]
        for match in matched
    ]
    show_rows("matches by hand", columns, rows, as_json=False)
