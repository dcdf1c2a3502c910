"""What is wrong with the bytes of a file: cut, miscounted, in another encoding, packed, of another type."""

from __future__ import annotations

import gzip
import io
import zipfile
from dataclasses import replace

from tests.badinput.kinds_manifest import WITH_AMOUNT
from tests.badinput.layouts import CSV, TEXT
from tests.badinput.model import Piece
from tests.badinput.registry import kind, register
from tests.badinput.writing import BIG, Sample

UTF8 = tuple(name for name in TEXT if name != "police-fixed/1")
POLICE = ("police-fixed/1",)


@kind("F01", "no bytes although rows are declared", TEXT)
def _no_bytes(of: Sample) -> Piece:
    return of.file().holds(b"").rejected("TRUNCATED")


@kind("F01", "blank bytes although rows are declared", TEXT)
def _blank(of: Sample) -> Piece:
    return of.file().holds(b" \r\n\r\n").rejected("TRUNCATED")


@kind("F01", "a BOM alone although rows are declared", UTF8)
def _bom_alone(of: Sample) -> Piece:
    return of.file().holds(b"\xef\xbb\xbf").rejected("TRUNCATED")


@kind("F02", "header alone and no rows declared", CSV)
def _no_rows(of: Sample) -> Piece:
    return of.file([])


@kind("F03", "header alone although rows are declared", CSV)
def _header_alone(of: Sample) -> Piece:
    return of.file([]).declares(rows=3).rejected("ROWS_MISMATCH", "TRUNCATED")


@kind("F04", "cut at the end of a record", TEXT)
def _cut_between(of: Sample) -> Piece:
    return of.file(of.good()[:2]).declares(rows=3).rejected("ROWS_MISMATCH")


@kind("F05", "cut inside the last record", TEXT)
def _cut_inside(of: Sample) -> Piece:
    content = of.file(ends=False).content
    last = content.rindex(b"\n") + 1
    return of.file().holds(content[: last + 3]).rejected("TRUNCATED")


@kind("F06", "cut inside a character", TEXT)
def _cut_character(of: Sample) -> Piece:
    content = of.file().content
    character = "雀".encode(of.layout.encoding)
    at = content.rindex(character) + len(character) - 1
    return of.file().holds(content[:at]).rejected("UNDECODABLE")


for _title, _tail in {
    "a trailer": "TRAILER|3|102.00",
    "two trailers": "T|3\nT|3",
    "two end-of-file marks": "\x1a\x1a",
}.items():

    def _tailed(of: Sample, tail: str = _tail) -> Piece:
        good = of.file()
        ends = ("TRUNCATED", "ROWS_MISMATCH") if of.layout.widths or of.layout.paths else ("ROWS_MISMATCH",)
        return good.holds(good.content + tail.encode() + b"\n").rejected(*ends)

    register("F08" if "two" in _title else "F07", f"{_title} after the last record", TEXT, _tailed)


for _title, _tail in {"": b"\x1a", " and a line break": b"\x1a\r\n"}.items():

    def _marked(of: Sample, tail: bytes = _tail) -> Piece:
        good = of.file(normalised=True)
        return good.holds(good.content + tail)

    register("F07", f"an end-of-file mark{_title} after the last record", TEXT, _marked)


@kind("F07", "an end-of-file mark instead of the last line break", TEXT)
def _mark_alone(of: Sample) -> Piece:
    good = of.file(ends=False, normalised=True)
    return good.holds(good.content + b"\x1a")


@kind("F09", "two files in one, with both headers", CSV)
def _joined(of: Sample) -> Piece:
    good = of.file()
    return good.holds(good.content * 2).rejected("ROWS_MISMATCH")


@kind("F09", "the header again among the rows, counted", CSV)
def _counted_header(of: Sample) -> Piece:
    names = {name: name for name in of.layout.columns}
    header = of.line(2, 0).given(**names).refused("*")
    return of.file([of.line(1, BIG), header, of.line(3)])


for _title, _difference in {"one more": 1, "one fewer": -1, "none at all": -3}.items():
    register(
        "F10", f"{_title} rows declared than there are", TEXT,
        lambda of, more=_difference: of.file().declares(rows=3 + more).rejected("ROWS_MISMATCH"),
    )  # fmt: skip

for _title, _total in {"one cent more": "10002.01", "one cent less": "10001.99", "negative": "-10002.00",
                       "in fen": "1000200", "zero": "0.00"}.items():  # fmt: skip
    register(
        "F11", f"amount total {_title}", WITH_AMOUNT,
        lambda of, amount=_total: of.file().declares(amount_total=amount).rejected("AMOUNT_MISMATCH"),
    )  # fmt: skip


@kind("F27", "GBK sent as UTF-8", UTF8)
def _gbk(of: Sample) -> Piece:
    return of.file(encoding="gbk").declares(encoding="utf-8").rejected("UNDECODABLE")


@kind("F28", "UTF-8 sent as GB18030", UTF8)
def _utf8(of: Sample) -> Piece:
    return of.file(encoding="utf-8").declares(encoding="gb18030").rejected("UNDECODABLE")


@kind("F27", "GB18030 as declared", UTF8)
def _gb18030(of: Sample) -> Piece:
    return of.file(encoding="gb18030")


@kind("F27", "rare characters of four bytes in GB18030", CSV)
def _rare(of: Sample) -> Piece:
    lines, _ = of.with_one(**{of.layout.holds["text"][0]: "𠮷㐂乗〇"})
    return of.file(lines, encoding="gb18030")


@kind("F27", "characters whose second byte is ASCII", CSV)
def _ascii_trail(of: Sample) -> Piece:
    # The second bytes of these are a backslash, a vertical bar, an at sign and a tilde.
    lines, _ = of.with_one(**{of.layout.holds["text"][0]: b"\x81\x5c\x81\x7c\x81\x40\x81\x7e".decode("gbk")})
    return of.file(lines, encoding="gbk")


@kind("F27", "GBK as Windows writes it, with characters of GB18030 and the euro sign", CSV)
def _windows(of: Sample) -> Piece:
    text = of.layout.holds["text"][0]
    first, odd, last = of.good()
    lines = [first, odd.given(**{text: "甲\u4e02€乙"}), last]
    good = of.file(lines, encoding="gb18030")
    euro = "€".encode("gb18030")
    content = good.content.replace(euro, b"\x80").replace("\u4e02".encode("gb18030"), b"\xfe\x9f")
    rare = b"\xfe\x9f".decode("gb18030")
    expected = of.file([first, odd.given(**{text: f"甲{rare}€乙"}), last], encoding="gb18030").expected
    return replace(good.holds(content).declares(encoding="gbk"), expected=expected)


@kind("F29", "one line in another encoding", UTF8)
def _mixed(of: Sample) -> Piece:
    content = of.file().content
    cut = content.rindex("金".encode())
    return of.file().holds(content[:cut] + "金".encode("gbk") + content[cut + 3 :]).rejected("UNDECODABLE")


_UNDECODABLE = {
    "an overlong slash": b"\xc0\xaf", "an overlong NUL": b"\xc0\x80", "a lone surrogate": b"\xed\xa0\x80",
    "a pair of surrogates": b"\xed\xa0\xbd\xed\xb8\x80", "beyond Unicode": b"\xf4\x90\x80\x80",
    "a lone continuation": b"\x80", "FF": b"\xff",
}  # fmt: skip
for _title, _bytes in _UNDECODABLE.items():

    def _spoilt(of: Sample, odd: bytes = _bytes) -> Piece:
        content = of.file().content
        at = content.rindex("雀".encode())
        return of.file().holds(content[:at] + odd + content[at:]).rejected("UNDECODABLE")

    register("F29", f"not UTF-8: {_title}", UTF8, _spoilt)


@kind("F29", "FF in a GB18030 file", POLICE)
def _spoilt_gb(of: Sample) -> Piece:
    content = of.file().content
    return of.file().holds(content[:-10] + b"\xff" + content[-9:]).rejected("UNDECODABLE")


@kind("F30", "UTF-8 with a byte order mark", UTF8)
def _bom(of: Sample) -> Piece:
    return of.file(bom=b"\xef\xbb\xbf", normalised=True)


@kind("F30", "UTF-16 with its byte order mark", UTF8)
def _utf16_bom(of: Sample) -> Piece:
    return of.file(encoding="utf-16").declares(encoding="utf-8").rejected("UNDECODABLE")


@kind("F31", "UTF-16 unannounced", UTF8)
def _utf16(of: Sample) -> Piece:
    # 。 is 3002, whose low-endian bytes no UTF-8 holds before 0x80 and more.
    return of.file().holds("编号\u8080".encode("utf-16-le")).rejected("UNDECODABLE")


@kind("F31", "UTF-32 unannounced", UTF8)
def _utf32(of: Sample) -> Piece:
    return of.file().holds("\ufeff编号".encode("utf-32")).rejected("UNDECODABLE")


@kind("F31", "ASCII declared for Chinese", TEXT)
def _ascii(of: Sample) -> Piece:
    return of.file().declares(encoding="ascii").rejected("UNDECODABLE")


def _zip(*members: tuple[str, bytes], mode: int = 0o644, comment: bytes = b"") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name, (2024, 7, 1, 0, 0, 0))
            entry.external_attr, entry.compress_type = mode << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
        archive.comment = comment
    return packed.getvalue()


def packed_as_zip(content: bytes) -> bytes:
    """Return a zip that holds the content twice, which no format allows."""
    return _zip(("a.csv", content), ("b.csv", content))


def _encrypted(content: bytes) -> bytes:
    """Return a zip that declares its member encrypted."""
    packed = bytearray(_zip(("data.csv", content)))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


_ZEROS = b"0" * 40_000_000
_ARCHIVES = {
    ("F32", "a bomb of one zip"): lambda _: _zip(("data.csv", _ZEROS)),
    ("F32", "a zip in a zip"): lambda data: _zip(("data.zip", _zip(("data.csv", data)))),
    ("F33", "a member above the folder"): lambda data: _zip(("../data.csv", data)),
    ("F33", "a member with an absolute path"): lambda data: _zip(("/etc/data.csv", data)),
    ("F33", "a member with a backslash path"): lambda data: _zip(("..\\data.csv", data)),
    ("F33", "a symbolic link"): lambda _: _zip(("data.csv", b"/etc/passwd"), mode=0o120777),
    ("F34", "an encrypted member"): _encrypted,
    ("F34", "two members"): packed_as_zip,
    ("F34", "no member"): lambda _: _zip(),
}
ARCHIVED = ("tax-voucher-csv/1", "bank-statement-csv/1", "cremation-csv/1", "deposit-journal-csv/1")
for (_kind, _title), _pack in _ARCHIVES.items():

    def _packed(of: Sample, pack: object = _pack) -> Piece:
        good = of.file()
        return good.holds(pack(good.content)).named("data.zip").rejected("UNSAFE_CONTENT")

    register(_kind, f"archive: {_title}", ARCHIVED, _packed)


@kind("F34", "what a Mac adds", ARCHIVED)
def _of_mac(of: Sample) -> Piece:
    good = of.file()
    members = (("data.csv", good.content), ("__MACOSX/._data.csv", b"\0\5\x16\7"), (".DS_Store", b"Bud1"))
    return good.holds(_zip(*members)).named("data.zip")


@kind("F32", "a bomb of one gzip", ARCHIVED)
def _gzip_bomb(of: Sample) -> Piece:
    packed = gzip.compress(_ZEROS + of.division.encode(), mtime=0)
    return of.file().holds(packed).named("data.csv.gz").rejected("UNSAFE_CONTENT")


@kind("F34", "a cut zip", ARCHIVED)
def _cut_zip(of: Sample) -> Piece:
    good = of.file()
    packed = _zip(("data.csv", good.content))
    return good.holds(packed[:-30]).named("data.zip").ends("rejected", "*")


@kind("F34", "a cut gzip", ARCHIVED)
def _cut_gzip(of: Sample) -> Piece:
    good = of.file()
    packed = gzip.compress(good.content, mtime=0)
    return good.holds(packed[:-12]).named("data.csv.gz").ends("rejected", "*")


_FOREIGN = {
    "a workbook": _zip(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")),
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "an image": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "a web page": b"<!DOCTYPE html><html><body>404 Not Found</body></html>\n",
    "an executable": b"\x7fELF\x02\x01\x01\x00\x90\x90\xfe\xed", "a shell script": b"#!/bin/sh\nrm -rf /\n",
}  # fmt: skip
for _title, _bytes in _FOREIGN.items():

    def _foreign(of: Sample, content: bytes = _bytes) -> Piece:
        return of.file().declares(rows=50).holds(content + of.division.encode()).rejected(
            "UNDECODABLE", "HEADER_INVALID", "UNSAFE_CONTENT", "ROWS_MISMATCH", "TRUNCATED"
        )  # fmt: skip

    register("F35", f"really {_title}", TEXT, _foreign)
