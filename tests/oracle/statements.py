"""The entries of camt.053 and MT940 statements, read in the plainest way: well-formed files only."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

_SUBFIELD = re.compile(r"\?(\d\d)")


def camt_entries(content: bytes) -> list[dict[str, str]] | None:
    """Give one row per booked entry; None when the document is cut."""
    try:
        document = ET.fromstring(content)  # noqa: S314 - the oracle reads what the simulator wrote
    except ET.ParseError:
        return None
    rows = []
    for statement in document.findall(".//{*}Stmt"):
        account = statement.find("{*}Acct/{*}Id")
        for entry in statement.findall("{*}Ntry"):
            side = entry.findtext("{*}CdtDbtInd")
            party = "Dbtr" if side == "CRDT" else "Cdtr"
            rows.append(
                {
                    "account_no": "".join(account.itertext()).strip(),
                    "booked_on": entry.findtext("{*}BookgDt/{*}Dt", ""),
                    "value_on": entry.findtext("{*}ValDt/{*}Dt", ""),
                    "amount": entry.findtext("{*}Amt", ""),
                    "direction": "C" if side == "CRDT" else "D",
                    "counterparty_name": _below(entry, party, "Nm"),
                    "counterparty_account": _below(entry, f"{party}Acct", "Id"),
                    "reference": _below(entry, "Refs", "EndToEndId"),
                    "purpose": _below(entry, "RmtInf", "Ustrd"),
                    "balance_after": "",
                }
            )
    return rows


def _below(entry: ET.Element, ancestor: str, name: str) -> str:
    texts = [
        (element.text or "").strip()
        for above in entry.findall(f".//{{*}}{ancestor}")
        for element in above.findall(f".//{{*}}{name}")
    ]
    return next(filter(None, texts), "")


def swift_entries(text: str) -> list[dict[str, str]] | None:
    """Give one row per :61:; None when the last message has no closing balance."""
    rows, account, is_closed = [], "", True
    for field in re.split(r"^(?=:\d\d[A-Z]?:)", text, flags=re.MULTILINE):
        tag, _, value = field[1:].partition(":")
        lines = value.rstrip("\n").split("\n")
        if tag == "20":
            is_closed = False
        elif tag == "25":
            account = lines[0]
        elif tag.startswith("62"):
            is_closed = True
        elif tag == "61":
            rows.append(_movement(account, lines[0]))
        elif tag == "86" and not is_closed:
            rows[-1].update(_details("".join(lines)))
    return rows if is_closed else None


def _movement(account: str, line: str) -> dict[str, str]:
    value_on, entry_on, rest = f"20{line[:6]}", line[6:10], line[10:]
    mark = re.match(r"R?[CD]", rest)[0]
    year = int(value_on[:4]) + {("12", "01"): 1, ("01", "12"): -1}.get((line[2:4], entry_on[:2]), 0)
    return {
        "account_no": account,
        "booked_on": f"{year}-{entry_on[:2]}-{entry_on[2:]}",
        "value_on": f"{value_on[:4]}-{value_on[4:6]}-{value_on[6:]}",
        "amount": re.match(r"[0-9,]+", rest[len(mark) :])[0].replace(",", "."),
        "direction": "C" if mark in ("C", "RD") else "D",
        "balance_after": "",
    }


def _details(text: str) -> dict[str, str]:
    _, *parts = _SUBFIELD.split(text)
    subfields = dict(zip(parts[::2], parts[1::2], strict=True))
    return {
        "counterparty_name": subfields.get("32", "") + subfields.get("33", ""),
        "counterparty_account": subfields.get("31", ""),
        "reference": subfields.get("20", "").removeprefix("EREF+"),
        "purpose": subfields.get("21", "").removeprefix("SVWZ+"),
    }
