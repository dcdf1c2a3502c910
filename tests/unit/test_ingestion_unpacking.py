"""Archives are a transport of one harmless file, or refused; what is read is what the hash promised."""

from __future__ import annotations

import gzip
import hashlib
import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from ingestion.files.arrival.unpacking import opened
from ingestion.files.arrival.vault import DamagedError
from ingestion.files.reasons import CheckFailedError

TEXT = b"a,b\n1,2\n"
MOST = 4 * 2**20


def read(tmp_path: Path, name: str, content: bytes, *, sha256: str | None = None) -> bytes:
    path = tmp_path / "object"
    path.write_bytes(content)
    expected = sha256 or hashlib.sha256(content).hexdigest()
    with opened(path, name=name, sha256=expected, most=MOST) as handle:
        return handle.read()


def reason_of(tmp_path: Path, name: str, content: bytes) -> str:
    with pytest.raises(CheckFailedError) as caught:
        read(tmp_path, name, content)
    return caught.value.verdict.reason


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return target.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr = (stat.S_IFLNK | 0o777) << 16
    return made


def encrypted() -> bytes:
    """A zip file that says of its one member that it is encrypted."""
    content = bytearray(zipped(("v.csv", TEXT)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(signature) + offset
        struct.pack_into("<H", content, place, 1)
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("v.csv", TEXT), ("v.csv.gz", gzip.compress(TEXT)), ("v.CSV.GZ", gzip.compress(TEXT)),
        ("v.zip", zipped(("v.csv", TEXT))), ("v.csv.zip", zipped(("sub/", b""), ("sub/v.csv", TEXT))),
        ("v.zip", zipped(("v.csv", TEXT), method=zipfile.ZIP_STORED)),
    ],
    ids=["plain", "gzip", "upper case", "zip", "zip with a folder", "stored"],
)  # fmt: skip
def test_content_is_read_when_it_is_plain_or_packed_alone(tmp_path, name, content):
    assert read(tmp_path, name, content) == TEXT


UNSAFE = {
    "out of its folder": zipped(("../v.csv", TEXT)),
    "out by backslashes": zipped(("a\\..\\..\\v.csv", TEXT)),
    "absolute": zipped(("/etc/v.csv", TEXT)),
    "on a drive": zipped(("c:/v.csv", TEXT)),
    "a link": zipped((link("v.csv"), b"/etc/passwd")),
    "encrypted": encrypted(),
    "two files": zipped(("v.csv", TEXT), ("w.csv", TEXT)),
    "no file": zipped(),
    "thousands of files": zipped(*((f"{number}", b"") for number in range(1500))),
    "an archive": zipped(("v.zip", zipped(("v.csv", TEXT)))),
    "a gzip file": zipped(("v.csv", gzip.compress(TEXT))),
    "a method not read": zipped(("v.csv", TEXT), method=zipfile.ZIP_LZMA),
    "a bomb": zipped(("v.csv", bytes(2 * 2**20))),
    "too much": zipped(("v.csv", bytes(MOST + 1)), method=zipfile.ZIP_STORED),
}


@pytest.mark.parametrize("content", UNSAFE.values(), ids=UNSAFE)
def test_zip_file_is_unsafe_when_it_holds_anything_but_one_harmless_file(tmp_path, content):
    assert reason_of(tmp_path, "v.zip", content) == "UNSAFE_CONTENT"


@pytest.mark.parametrize("what", ["out of its folder", "a bomb", "thousands of files"])
def test_dangerous_zip_file_is_unsafe_under_any_name(tmp_path, what):
    assert reason_of(tmp_path, "v.csv", UNSAFE[what]) == "UNSAFE_CONTENT"


def test_harmless_zip_file_is_plain_bytes_under_another_name(tmp_path):
    workbook = zipped(("[Content_Types].xml", TEXT), ("xl/workbook.xml", TEXT))
    assert read(tmp_path, "v.csv", workbook) == workbook


def test_gzip_file_is_unsafe_when_it_unpacks_to_too_much(tmp_path):
    assert reason_of(tmp_path, "v.gz", gzip.compress(bytes(2 * 2**20))) == "UNSAFE_CONTENT"
    assert reason_of(tmp_path, "v.gz", gzip.compress(gzip.compress(TEXT))) == "UNSAFE_CONTENT"


def test_gzip_file_is_read_up_to_a_hundredfold(tmp_path):
    assert len(read(tmp_path, "v.gz", gzip.compress(bytes(2**20)))) == 2**20


def test_archive_is_rejected_when_it_is_cut_or_broken(tmp_path):
    packed, whole = gzip.compress(TEXT * 9), zipped(("v.csv", TEXT * 9))
    assert reason_of(tmp_path, "v.gz", packed[:-9]) == "TRUNCATED"
    assert reason_of(tmp_path, "v.zip", whole[:-9]) == "TRUNCATED"
    assert reason_of(tmp_path, "v.gz", TEXT) == "UNDECODABLE"
    assert reason_of(tmp_path, "v.zip", TEXT) == "UNDECODABLE"
    assert reason_of(tmp_path, "v.gz", packed[:-6] + b"\0" + packed[-5:]) == "UNDECODABLE"


def marked_as_zip64(content: bytes, **fields: int) -> bytes:
    """A zip whose end says that its figures stand in a zip64 end, which it does not have."""
    end = content.rindex(b"PK\x05\x06")
    entries, size, offset = struct.unpack_from("<HLL", content, end + 10)
    figures = (
        fields.get("entries", entries), fields.get("entries", entries), fields.get("size", size),
        fields.get("offset", offset),
    )  # fmt: skip
    return content[: end + 8] + struct.pack("<HHLL", *figures) + content[end + 20 :]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"entries": 0xFFFF}, "UNSAFE_CONTENT"), ({"size": 0xFFFFFFFF}, "UNSAFE_CONTENT"),
     ({"offset": 0xFFFFFFFF}, "UNDECODABLE"), ({"size": 7}, "UNDECODABLE")],
)  # fmt: skip
def test_zip_file_with_an_end_is_not_cut_but_unsafe_or_broken(tmp_path, fields, reason):
    content = marked_as_zip64(zipped(("v.csv", TEXT)), **fields)
    assert reason_of(tmp_path, "v.zip", content) == reason


@pytest.mark.parametrize("added", ["__MACOSX/._v.csv", "__MACOSX/sub/._v.csv", ".DS_Store", "sub/.DS_Store"])
def test_zip_file_is_read_without_what_a_mac_adds(tmp_path, added):
    assert read(tmp_path, "v.zip", zipped(("v.csv", TEXT), (added, b"\0\5\x16\7"))) == TEXT


def test_zip_file_of_nothing_but_what_a_mac_adds_is_unsafe(tmp_path):
    assert reason_of(tmp_path, "v.zip", zipped(("__MACOSX/v.csv", TEXT))) == "UNSAFE_CONTENT"
    assert (
        reason_of(tmp_path, "v.zip", zipped(("v.csv", TEXT), ("__MACOSX/../../x", b""))) == "UNSAFE_CONTENT"
    )


def outcome(tmp_path: Path, name: str, content: bytes) -> str:
    try:
        read(tmp_path, name, content)
    except CheckFailedError as refused:
        return refused.verdict.reason
    return "read"


def test_archive_is_read_or_rejected_whatever_its_bytes_are(tmp_path):
    outcomes = set()
    for name, whole in (("v.gz", gzip.compress(TEXT)), ("v.zip", zipped(("v.csv", TEXT)))):
        for place in range(len(whole)):
            for content in (whole[:place], whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]):
                outcomes.add(outcome(tmp_path, name, content))
    assert outcomes <= {"read", "UNSAFE_CONTENT", "UNDECODABLE", "TRUNCATED"}
    assert len(outcomes) == 4


@pytest.mark.parametrize(
    ("name", "content"),
    [("v.csv", TEXT), ("v.gz", gzip.compress(TEXT)), ("v.zip", zipped(("v.csv", TEXT)))],
    ids=["plain", "gzip", "zip"],
)
def test_object_is_damaged_when_its_bytes_are_not_those_of_its_hash(tmp_path, name, content):
    with pytest.raises(DamagedError):
        read(tmp_path, name, content, sha256="0" * 64)


def test_object_is_damaged_rather_than_rejected_when_a_reader_stumbles_over_the_damage(tmp_path):
    path = tmp_path / "object"
    path.write_bytes(TEXT)

    def refuse() -> None:
        with opened(path, name="v.csv", sha256="0" * 64, most=MOST):
            raise CheckFailedError("UNDECODABLE", "x")

    with pytest.raises(DamagedError):
        refuse()
