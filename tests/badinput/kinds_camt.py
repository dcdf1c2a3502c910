"""What goes wrong with camt.053: what XML can do to its reader, and what a statement lacks."""

from __future__ import annotations

from tests.badinput.camt import V02, Camt, given
from tests.badinput.model import Piece
from tests.badinput.registry import kind, register

CAMT = ("camt.053/1",)

_BEFORE = {
    "a document type": "<!DOCTYPE Document>",
    "a document type from elsewhere": '<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/x.dtd">',
    "a public document type": '<!DOCTYPE Document PUBLIC "-//X//Y" "http://127.0.0.1:9/x.dtd">',
    "an internal entity": '<!DOCTYPE Document [<!ENTITY a "b">]>',
    "an external entity": '<!DOCTYPE Document [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "a parameter entity": '<!DOCTYPE Document [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    "a billion laughs": "<!DOCTYPE Document [<!ENTITY a0 \"ha\">"
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>",
    "a quadratic blow-up": f'<!DOCTYPE Document [<!ENTITY a "{"x" * 50_000}">]>',
    "a stylesheet": '<?xml-stylesheet type="text/xsl" href="file:///etc/passwd"?>',
    "an attribute default": '<!DOCTYPE Document [<!ATTLIST Document x CDATA "y">]>',
    "a document type after a comment": "<!-- x --><!DOCTYPE Document>",
    "a document type far down": "<!--" + " " * 300_000 + "--><!DOCTYPE Document>",
}  # fmt: skip
for _title, _before in _BEFORE.items():
    register(
        "F36", _title, CAMT,
        lambda of, before=_before: of.file(before=before).rejected("UNSAFE_CONTENT"),
    )  # fmt: skip

_INSIDE = {
    "an entity in a text": ("<MsgId>", "<MsgId>&a;"),
    "an inclusion": (
        "<GrpHdr>",
        '<GrpHdr><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>',
    ),
    "a processing instruction inside": ("<GrpHdr>", "<GrpHdr><?php x ?>"),
    "elements nested without end": ("<GrpHdr>", "<GrpHdr>" + "<a>" * 20_000 + "</a>" * 20_000),
}  # fmt: skip
for _title, (_at, _instead) in _INSIDE.items():

    def _inside(of: Camt, at: str = _at, instead: str = _instead) -> Piece:
        text = of.text(of.stmt()).replace(at, instead, 1)
        return of.file(text=text).rejected("UNSAFE_CONTENT")

    register("F36", _title, CAMT, _inside)

_ODD = {
    "a comment": ("<GrpHdr>", "<!-- x --><GrpHdr>"),
    "the entities of XML itself": ("<MsgId>", "<MsgId>&amp;&#20013;"),
    "a marked section": ("<MsgId>", "<MsgId><![CDATA[<x>&a;]]>"),
    "elements nobody knows": ("<GrpHdr>", "<GrpHdr><Xyz><Abc/></Xyz>"),
    "elements of another namespace": ("<GrpHdr>", '<GrpHdr><q:Ntry xmlns:q="urn:q"/>'),
}  # fmt: skip
for _title, (_at, _instead) in _ODD.items():

    def _odd(of: Camt, at: str = _at, instead: str = _instead) -> Piece:
        return of.file(text=of.text(of.stmt()).replace(at, instead, 1))

    register("C09", _title, CAMT, _odd)


def _damaged(of: Camt, at: str, instead: str, *reasons: str) -> Piece:
    text = of.text(of.stmt())
    if at not in text:
        raise ValueError(at)
    return of.file(text=text.replace(at, instead, 1)).rejected(*reasons)


_DAMAGES = {
    ("C03", "another message"): ("camt.053.001.08", "camt.052.001.08", "HEADER_INVALID"),
    ("C03", "another version"): ("camt.053.001.08", "camt.053.001.09", "HEADER_INVALID"),
    ("C03", "no namespace"): (
        ' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"', "", "HEADER_INVALID",
    ),
    ("C06", "no account"): ("<Acct>", "<Xcct>", "HEADER_INVALID"),
    ("C08", "an element that is not closed"): ("</GrpHdr>", "", "HEADER_INVALID", "TRUNCATED"),
    ("C08", "a bare ampersand"): ("<MsgId>", "<MsgId>& ", "HEADER_INVALID", "UNSAFE_CONTENT", "TRUNCATED"),
    ("C08", "an attribute twice"): ("<GrpHdr>", '<GrpHdr a="1" a="2">', "HEADER_INVALID"),
    ("C12", "a control character"): ("<MsgId>", "<MsgId>\x01", "HEADER_INVALID", "UNDECODABLE"),
    ("C12", "a control character as a reference"): (
        "<MsgId>", "<MsgId>&#1;", "HEADER_INVALID", "UNSAFE_CONTENT",
    ),
}  # fmt: skip
for (_code, _title), (_at, _instead, *_reasons) in _DAMAGES.items():

    def _broken(
        of: Camt, at: str = _at, instead: str = _instead, reasons: tuple[str, ...] = tuple(_reasons)
    ) -> Piece:
        if at == "<Acct>":
            text = of.text(of.stmt()).replace("<Acct>", "<Xcct>").replace("</Acct>", "</Xcct>")
            return of.file(text=text).rejected(*reasons)
        return _damaged(of, at, instead, *reasons)

    register(_code, _title, CAMT, _broken)


@kind("F05", "cut inside an entry", CAMT)
def _cut(of: Camt) -> Piece:
    good = of.file()
    return good.holds(good.content[: good.content.rindex(b"<ValDt>")]).rejected("TRUNCATED")


@kind("F05", "cut before the last tag", CAMT)
def _cut_last(of: Camt) -> Piece:
    good = of.file()
    return good.holds(good.content[: good.content.rindex(b"</Document>")]).rejected("TRUNCATED")


@kind("F07", "another document behind", CAMT)
def _behind(of: Camt) -> Piece:
    good = of.file()
    return good.holds(good.content + b"<more/>").rejected("HEADER_INVALID", "TRUNCATED")


@kind("F01", "no bytes although rows are declared", CAMT)
def _nothing(of: Camt) -> Piece:
    return of.file().holds(b"").rejected("TRUNCATED")


@kind("F27", "GBK sent as UTF-8", CAMT)
def _gbk(of: Camt) -> Piece:
    good = of.file()
    return good.holds(good.content.decode().encode("gbk")).rejected("UNDECODABLE")


@kind("F28", "the XML declares another encoding than the manifest", CAMT)
def _contradicts(of: Camt) -> Piece:
    good = of.file()
    return good.holds(good.content.replace(b"UTF-8", b"GB18030")).rejected("UNDECODABLE")


@kind("F27", "GB18030 as declared", CAMT)
def _gb18030(of: Camt) -> Piece:
    text = of.text(of.stmt()).replace("UTF-8", "GB18030")
    return of.file(encoding="gb18030").holds(text.encode("gb18030"))


@kind("F30", "a byte order mark", CAMT)
def _bom(of: Camt) -> Piece:
    good = of.file(normalised=True)
    return good.holds(b"\xef\xbb\xbf" + good.content)


@kind("F30", "UTF-16 with its byte order mark", CAMT)
def _utf16(of: Camt) -> Piece:
    good = of.file()
    return good.holds(good.content.decode().encode("utf-16")).rejected("UNDECODABLE")


@kind("F35", "JSON instead", CAMT)
def _json(of: Camt) -> Piece:
    return of.file().holds(b'{"Document": []}' + of.division.encode()).rejected("HEADER_INVALID", "TRUNCATED")


for _prefix in ("", "n", "ns0", "Document"):
    register("C04", f"prefix {_prefix or 'none'}", CAMT, lambda of, prefix=_prefix: of.file(prefix=prefix))
register("C04", "version 02", CAMT, lambda of: of.file(version=V02))
register("C04", "version 02 with a prefix", CAMT, lambda of: of.file(version=V02, prefix="camt"))


@kind("B15", "two statements", CAMT)
def _two(of: Camt) -> Piece:
    other = given_account(of, "99")
    return of.file(of.stmt(opening=500), other)


def given_account(of: Camt, start: str) -> object:
    """Return a statement of another account."""
    from dataclasses import replace

    return replace(of.stmt(*of.entries(2), opening=-100), account=f"{start}{of.division}")


@kind("B14", "one of two statements does not balance", CAMT)
def _one_wrong(of: Camt) -> Piece:
    from dataclasses import replace

    return of.file(of.stmt(), replace(given_account(of, "99"), closing=5)).rejected("BALANCE_MISMATCH")


@kind("B14", "opening and entries are not the closing", CAMT)
def _unbalanced(of: Camt) -> Piece:
    return of.file(of.stmt(closing=1_000_201)).rejected("BALANCE_MISMATCH")


@kind("B14", "no opening balance", CAMT)
def _no_opening(of: Camt) -> Piece:
    return of.file(of.stmt(opening=None)).rejected("HEADER_INVALID")


@kind("B14", "no closing balance", CAMT)
def _no_closing(of: Camt) -> Piece:
    return of.file(of.stmt(closing=None)).rejected("HEADER_INVALID")


@kind("B14", "an overdrawn account", CAMT)
def _overdrawn(of: Camt) -> Piece:
    first, other, last = of.entries()
    return of.file(of.stmt(first, given(other, cents=-300), last, opening=-2_000_000))


@kind("B02", "entries counted wrong", CAMT)
def _miscounted(of: Camt) -> Piece:
    return of.file(rows=4).rejected("ROWS_MISMATCH")


@kind("F11", "amount total one cent off", CAMT)
def _total(of: Camt) -> Piece:
    return of.file(amount_total="10002.01").rejected("AMOUNT_MISMATCH")


@kind("B03", "a direction flipped", CAMT)
def _flipped(of: Camt) -> Piece:
    good = of.file()
    last = good.content.rindex(b"CRDT")
    return good.holds(good.content[:last] + b"DBIT" + good.content[last + 4 :]).rejected("AMOUNT_MISMATCH")


_REFUSED = {
    ("C30", "booked on no day"): {"booked": "<Dt>2024-06-31</Dt>", "reasons": frozenset({"BAD_DATE"})},
    ("C35", "an amount with a comma"): {"amount": "1,00", "reasons": frozenset({"BAD_AMOUNT"})},
    ("C37", "an amount that is no number"): {"amount": "NaN", "reasons": frozenset({"BAD_AMOUNT"})},
    ("C37", "an amount with an exponent"): {"amount": "1e2", "reasons": frozenset({"BAD_AMOUNT"})},
    ("C36", "an amount of three decimals"): {"amount": "1.005", "reasons": frozenset({"BAD_AMOUNT"})},
    ("C19", "an amount in full width"): {"amount": "１.００", "reasons": frozenset({"BAD_AMOUNT"})},
    ("C39", "a direction nobody knows"): {"mark": "XXXX", "reasons": frozenset({"BAD_CODE"})},
}
for (_code, _title), _changes in _REFUSED.items():

    def _refused(of: Camt, changes: dict[str, object] = _changes) -> Piece:
        first, odd, last = of.entries()
        return of.file(of.stmt(first, given(odd, **changes), last))

    register(_code, _title, CAMT, _refused)


@kind("C32", "booked at an instant", CAMT)
def _instant(of: Camt) -> Piece:
    first, odd, last = of.entries()
    return of.file(of.stmt(first, given(odd, booked="<DtTm>2024-06-20T09:00:00+08:00</DtTm>"), last))


@kind("C16", "not booked on any day but that of its value", CAMT)
def _not_booked(of: Camt) -> Piece:
    first, odd, last = of.entries()
    return of.file(of.stmt(first, given(odd, booked=""), last))


@kind("C15", "a text of four mebibytes", CAMT)
def _long(of: Camt) -> Piece:
    text = of.text(of.stmt()).replace("<MsgId>", "<MsgId>" + "x" * 2**22, 1)
    return of.file(text=text).ends("*", "*")


@kind("F02", "a statement without entries", CAMT)
def _no_entries(of: Camt) -> Piece:
    from tests.badinput.camt import Stmt

    return of.file(Stmt(f"35{of.division}", (), opening=700))
