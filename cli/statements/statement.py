"""``fundwatch statement``: the balance statement of an account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import JsonOption, print_json, show_pairs, show_rows
from fundwatch import audit
from fundwatch.actors import current_user
from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import FolderUnusable
from fundwatch.host import within
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
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write R6 as XLSX, PDF and HTML into this folder instead.")
    ] = None,
    four_way: Annotated[
        bool, typer.Option("--four-way", help="With --out: ACCOUNT is a fiscal division, write its R7.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Show an account's balance statement, its entries by name.

    The names are what match and write-off take.
    """
    if four_way and out is None:
        raise typer.BadParameter("is for files, and needs --out", param_hint="--four-way")
    if out is not None:
        _write(account, month=parse_month(month), out=out, four_way=four_way, json=json)
        return
    from reconciliation.statements import read_statement

    stated = read_statement(open_warehouse(Settings.read()), account=account, month=parse_month(month))
    if json:
        print_json(stated)
        return
    _show(stated)


def _write(subject: str, *, month: str, out: Path, four_way: bool, json: bool) -> None:
    """Write the files of a statement into a folder; entered first, since its items may name a person."""
    from reporting.statements.on_demand import draw_account, draw_division

    warehouse = open_warehouse(Settings.read())
    drawn = (
        draw_division(warehouse, division=subject, month=month)
        if four_way
        else draw_account(warehouse, account_no=subject, month=month)
    )
    files = list(drawn)
    with warehouse.connect() as connection:
        audit.append(
            connection, stream=audit.EXPORTS, actor=current_user(), action="statement",
            about=f"{subject} {month}", details={"format": "xlsx, pdf, html", "to": "folder"},
        )  # fmt: skip
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in files:
            within(out, name).write_bytes(data)
    except OSError as error:
        raise FolderUnusable(
            f"{out} cannot be written ({error.strerror})", next_step="Give --out a folder of yours"
        ) from None
    written: dict[str, object] = {"subject": subject, "month": month, "folder": str(out)}
    show_pairs("statement", {**written, "files": ", ".join(name for name, _ in files)}, as_json=json)


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
