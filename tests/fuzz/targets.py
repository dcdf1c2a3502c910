"""The parsers under fuzzing: how each is called, and its seeds."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingestion.files.arrival import manifest
from ingestion.files.formats import FORMATS
from ingestion.files.reasons import CheckFailedError
from ingestion.files.validation.content import Examination
from tests.badinput.camt import V02, Camt
from tests.badinput.layouts import BY_NAME
from tests.badinput.mt940 import Mt940
from tests.badinput.writing import Sample

DIVISION = "230602"
# Only keys beyond what fits into memory would be written there.
_SCRATCH = Path(tempfile.gettempdir())


@dataclass(frozen=True)
class Target:
    """One parser: ``run`` takes bytes and returns how many records came out.

    ``seeds`` are whole files of so many ``records``.
    """

    name: str
    run: Callable[[bytes], int]
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...]
    records: int = 3


def _reading(format_name: str, encoding: str) -> Callable[[bytes], int]:
    """Return the function that validates a file as landing does; a failed check is a result too."""
    form = FORMATS[format_name]
    declared, _, _ = manifest.parse(_manifest_of(format_name, encoding))

    def run(content: bytes) -> int:
        examination = Examination(
            io.BytesIO(content),
            form=form,
            manifest=declared,
            is_scheme=lambda code: code == "110",
            scratch=_SCRATCH,
        )
        with examination:
            try:
                for _ in examination.landing_rows(file_id="f"):
                    pass
                examination.verdict()
            except CheckFailedError as failed:
                _ensure_told(failed, content)
        return examination.totals.rows

    return run


def _manifest_of(format_name: str, encoding: str) -> bytes:
    of = {"camt.053/1": Camt(DIVISION), "mt940/1": Mt940(DIVISION)}.get(format_name)
    return (of or Sample(BY_NAME[format_name], DIVISION)).file(encoding=encoding).manifest_bytes()


def _ensure_told(refused: CheckFailedError, content: bytes) -> None:
    """Raise when a failed check has no message, or one that could hold much of what was read."""
    message = refused.verdict.message
    if not message or len(message) > 500 or "\n" in message:
        raise AssertionError(f"the refusal of {len(content)} bytes is not one line of words")


def _manifest(content: bytes) -> int:
    parsed, _, fault = manifest.parse(content)
    if (parsed is None) != bool(fault):
        raise AssertionError("a manifest is either whole or has a fault")
    return int(parsed is not None)


def _large(format_name: str, encoding: str) -> tuple[bytes, ...]:
    """Return a file that is long enough to be read in bulk."""
    of = Sample(BY_NAME[format_name], DIVISION)
    return (of.file(of.good(200), encoding=encoding).content,)


def _seeds(format_name: str, *encodings: str) -> tuple[bytes, ...]:
    of = Sample(BY_NAME[format_name], DIVISION)
    return tuple(of.file(encoding=encoding).content for encoding in encodings)


_CSV_WORDS = (
    b'"',
    b'""',
    b",",
    b"\r\n",
    b"\r",
    b"\n",
    b"\x00",
    b"\xef\xbb\xbf",
    b'"\n"',
    b",,,,",
    b"\\N",
    b"\\.",
)
_JSON_WORDS = (
    b"{",
    b"}",
    b"[",
    b'"',
    b":",
    b"\\ud800",
    b"\\u0000",
    b"null",
    b"NaN",
    b"1e999",
    b"9" * 50,
    b"\n",
)
_XML_WORDS = (
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"<![CDATA[", b"]]>", b"<?x ?>", b"<!--", b"-->", b"<Ntry>",
    b"</Ntry>", b"<Stmt>", b"</Stmt>", b"<Bal>", b"xmlns:n='urn:n'", b"<Amt Ccy='CNY'>1</Amt>", b"\x00",
    b"<", b"&#1;",
)  # fmt: skip
_MT_WORDS = (
    b":20:", b":25:", b":60F:", b":60M:", b":61:", b":62F:", b":62M:", b":86:", b"-\r\n", b"?20", b"?32",
    b"{1:", b"-}", b"\r\n", b",", b"RC", b"C240630CNY1,00", b"//", b":NS:", b"\x00",
)  # fmt: skip
_camt, _mt940 = Camt(DIVISION), Mt940(DIVISION)

TARGETS = (
    Target(
        "csv", _reading("tax-voucher-csv/1", "utf-8"), _seeds("tax-voucher-csv/1", "utf-8"), _CSV_WORDS,
    ),
    Target(
        "csv-bulk", _reading("tax-voucher-csv/1", "utf-8"), _large("tax-voucher-csv/1", "utf-8"), _CSV_WORDS,
        records=200,
    ),
    Target(
        "csv-gb18030", _reading("bank-statement-csv/1", "gb18030"),
        _seeds("bank-statement-csv/1", "gb18030"), (*_CSV_WORDS, b"\x81\x30\x81\x30", b"\x81", b"\xff"),
    ),
    Target(
        "fixed", _reading("police-fixed/1", "gb18030"), _seeds("police-fixed/1", "gb18030"),
        (b"\r\n", b"\n", b" ", b"\x81\x30\x81\x30", b"\x81", b"\x00", b"20240631", b"U", b" " * 160),
    ),
    Target(
        "json", _reading("death-certificate-jsonl/1", "utf-8"), _seeds("death-certificate-jsonl/1", "utf-8"),
        _JSON_WORDS,
    ),
    Target(
        "camt", _reading("camt.053/1", "utf-8"),
        (_camt.file().content, _camt.file(version=V02, prefix="n").content), _XML_WORDS,
    ),
    Target("mt940", _reading("mt940/1", "utf-8"), (_mt940.file().content,), _MT_WORDS),
    Target(
        "manifest", _manifest,
        (Sample(BY_NAME["tax-voucher-csv/1"], DIVISION).file().manifest_bytes(),),
        (*_JSON_WORDS, b"true", b"-1"),
        records=1,
    ),
)  # fmt: skip
