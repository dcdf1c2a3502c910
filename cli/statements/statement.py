"""``fundwatch statement``: the balance statement of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import JsonOption, print_json, show_pairs, show_rows
from fundwatch.database.warehouse import open_warehouse
from fundwatch.months import parse_month
from fundwatch.settings import Settings

if TYPE_CHECKING:
    from reconciliation.statements import Statement

app = typer.Typer(rich_markup_mode=None)
# Kind of an item -> whose balance it explains: what the other side knows and this one does not.
_SIDES = {
    "bank_received_not_booked": "books",
    "bank_paid_not_booked": "books",
    "booked_received_not_banked": "bank",
    "booked_paid_not_banked": "bank",
    "hand_matched": "by hand",
    "written_off": "by hand",
}
_COLUMNS = ("entry", "kind", "booked_on", "amount", "reference", "voucher_no", "purpose", "age_days", "old")


@app.command()
def statement(
    account: Annotated[str, typer.Argument(help="The account's number, as accounts.csv has it.")],
    month: Annotated[str, typer.Option("--month", help="The month, YYYY-MM.")],
    json: JsonOption = False,
) -> None:
    """Show an account's balance statement, its entries by name.

    The names are what match and write-off take.
    """
    from reconciliation.statements import read_statement

    stated = read_statement(open_warehouse(Settings.read()), account=account, month=parse_month(month))
    if json:
        print_json(stated)
        return
    _show(stated)


def _show(stated: Statement) -> None:
    about = {
        "status": stated.status, "division": stated.division, "fund": stated.fund,
        "bank": stated.bank_amount, "books": stated.book_amount, "difference": stated.difference,
    }  # fmt: skip
    show_pairs(f"account {stated.account_no}, end of {stated.month}", about, as_json=False)
    for side in dict.fromkeys(_SIDES.values()):
        items = [item for item in stated.items if _SIDES[item.kind] == side]
        if not items:
            continue
        total = sum(item.amount for item in items)
        rows = [
            (
                item.entry, item.kind if item.match_id is None else f"{item.kind} {item.match_id}",
                item.booked_on, item.amount, item.reference, item.voucher_no, item.purpose, item.age_days,
                "※" if item.is_old else "",
            )
            for item in items
        ]  # fmt: skip
        title = "settled by hand" if side == "by hand" else f"not in the {side} yet"
        show_rows(
            f"{title}: {total}, as the bank's balance less that of the books", _COLUMNS, rows, as_json=False
        )
