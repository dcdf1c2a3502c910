"""What is wrong with the manifest, its signature, or the pair."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.badinput.model import UNKNOWN_SHA, Piece
from tests.badinput.registry import kind, register
from tests.badinput.writing import Sample

# The envelope is the same for all formats of a feed: one of each feed shows it.
ONE_OF_EACH = (
    "tax-voucher-csv/1",
    "bank-statement-csv/1",
    "police-fixed/1",
    "deposit-journal-csv/1",
    "base-declaration-csv/1",
)
_PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PUBLIC = _PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

_WRONG: dict[str, dict[str, Any]] = {
    "month of one digit": {"month": "2024-6"}, "month thirteen": {"month": "2024-13"},
    "month zero": {"month": "2024-00"}, "month without dash": {"month": "202406"},
    "month as number": {"month": 202406}, "month null": {"month": None},
    "month with line break": {"month": "2024-06\n"}, "month in full width": {"month": "２０２４-06"},
    "rows as text": {"rows": "3"}, "rows as boolean": {"rows": True}, "rows negative": {"rows": -1},
    "rows as fraction": {"rows": 3.5}, "rows null": {"rows": None}, "rows beyond counting": {"rows": 10**30},
    "sequence zero": {"sequence": 0}, "sequence negative": {"sequence": -1},
    "sequence as text": {"sequence": "1"}, "sequence beyond counting": {"sequence": 10**30},
    "division unknown": {"division": "999999"}, "division empty": {"division": ""},
    "division as number": {"division": 230602}, "format unknown": {"format": "tax-voucher-csv/2"},
    "format empty": {"format": ""}, "format of another feed": {"format": "production-table/1"},
    "format null": {"format": None}, "feed another": {"feed": "production"}, "feed empty": {"feed": ""},
    "encoding unknown": {"encoding": "klingon"}, "encoding no text": {"encoding": "base64"},
    "encoding null": {"encoding": None}, "hash too short": {"sha256": "abc"},
    "hash not hexadecimal": {"sha256": "g" * 64}, "hash null": {"sha256": None},
    "created no instant": {"created_at": "yesterday"}, "created null": {"created_at": None},
    "replaces a number": {"replaces": 7}, "replaces no hash": {"replaces": "first"},
    "list for a value": {"month": ["2024-06"]}, "object for a value": {"division": {"code": "230602"}},
}  # fmt: skip
for _title, _values in _WRONG.items():
    register(
        "F12", f"manifest {_title}", ONE_OF_EACH,
        lambda of, manifest=_values: of.file().declares(**manifest).rejected("MANIFEST_INVALID"),
    )  # fmt: skip

for _key in ("feed", "format", "division", "month", "sequence", "encoding", "rows", "sha256"):
    register(
        "F12", f"manifest without {_key}", ONE_OF_EACH,
        lambda of, key=_key: of.file().lacks(key).rejected("MANIFEST_INVALID"),
    )  # fmt: skip

WITH_AMOUNT = (
    "tax-voucher-csv/1", "treasury-receipt-csv/1", "bank-statement-csv/1", "payment-return-csv/1",
    "deposit-journal-csv/1", "trial-balance-csv/1",
)  # fmt: skip
for _title, _amount in {
    "null": None, "a number": 102.0, "with comma": "10,002.00", "empty": "", "NaN": "NaN",
    "with exponent": "1e4", "three decimals": "10002.000", "infinite": "Infinity",
}.items():  # fmt: skip
    register(
        "F12", f"amount total {_title}", WITH_AMOUNT,
        lambda of, amount=_amount: of.file().declares(amount_total=amount).rejected("MANIFEST_INVALID"),
    )  # fmt: skip
register(
    "F12", "amount total absent", WITH_AMOUNT,
    lambda of: of.file().lacks("amount_total").rejected("MANIFEST_INVALID"),
)  # fmt: skip

_GARBAGE = {
    "empty": b"", "a list": b"[]", "a number": b"7", "null": b"null", "cut": b'{"feed": "tax"',
    "not UTF-8": b'{"feed": "\xcc\xb0"}', "a key twice": b'{"feed": "tax", "feed": "tax"}',
    "lone surrogate": b'{"feed": "\\ud800"}', "NUL bytes": b"\x00" * 64, "deep nesting": b"[" * 100_000,
    "deep objects": b'{"a":' * 50_000, "XML": b"<manifest/>", "UTF-16": '{"feed": "tax"}'.encode("utf-16"),
    "huge number": b'{"rows": ' + b"9" * 10_000 + b"}", "NaN": b'{"rows": NaN}',
    "two documents": b"{}\n{}", "over a mebibyte": b'{"note": "' + b"x" * 2_000_000 + b'"}',
}  # fmt: skip
for _title, _bytes in _GARBAGE.items():

    def _garbage(of: Sample, manifest: bytes = _bytes) -> Piece:
        good = of.file()
        return Piece(good.name, good.content, manifest, good.rejected("MANIFEST_INVALID").expected)

    register("F12", f"manifest is {_title}", ONE_OF_EACH, _garbage)


@kind("F13", "bytes differ from the hash", ONE_OF_EACH)
def _other_hash(of: Sample) -> Piece:
    return of.file().declares(sha256=UNKNOWN_SHA).rejected("SHA256_MISMATCH")


@kind("F13", "one byte flipped on the way", ONE_OF_EACH)
def _flipped(of: Sample) -> Piece:
    good = of.file()
    flipped = bytes([good.content[0] ^ 1]) + good.content[1:]
    return Piece(good.name, flipped, good.manifest, good.rejected("SHA256_MISMATCH").expected)


@kind("F13", "hash in capitals is the same hash", ONE_OF_EACH)
def _capitals(of: Sample) -> Piece:
    good = of.file()
    return good.declares(sha256=good.sha256.upper())


@kind("F13", "half of the bytes arrived", ONE_OF_EACH)
def _half(of: Sample) -> Piece:
    good = of.file()
    return Piece(
        good.name,
        good.content[: len(good.content) // 2],
        good.manifest,
        good.rejected("SHA256_MISMATCH").expected,
    )


def signed(piece: Piece, key: Ed25519PrivateKey = _PRIVATE) -> Piece:
    """Return the file with its manifest signed."""
    manifest = {name: value for name, value in piece.manifest.items() if name != "signature"}
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return piece.declares(signature=base64.b64encode(key.sign(text.encode())).decode())


@kind("F14", "signed by the configured key", ONE_OF_EACH, keyed=PUBLIC)
def _signed(of: Sample) -> Piece:
    return signed(of.file())


@kind("F14", "signature over another manifest", ONE_OF_EACH, keyed=PUBLIC)
def _stale(of: Sample) -> Piece:
    return signed(of.file()).declares(created_at="2024-07-04T08:00:00+08:00").rejected("SIGNATURE_INVALID")


@kind("F15", "unsigned where a key is configured", ONE_OF_EACH, keyed=PUBLIC)
def _unsigned(of: Sample) -> Piece:
    return of.file().rejected("SIGNATURE_INVALID")


@kind("F15", "signature where no key is configured", ONE_OF_EACH)
def _needless(of: Sample) -> Piece:
    return signed(of.file())


@kind("F16", "signed by another sender's key", ONE_OF_EACH, keyed=PUBLIC)
def _foreign(of: Sample) -> Piece:
    return signed(of.file(), _OTHER).rejected("SIGNATURE_INVALID")


for _title, _text in {"empty": "", "no signature": "signed", "too long": "00" * 100_000}.items():
    register(
        "F14", f"signature {_title}", ONE_OF_EACH,
        lambda of, text=_text: of.file().declares(signature=text).rejected("SIGNATURE_INVALID"),
        keyed=PUBLIC,
    )  # fmt: skip


@kind("F04", "data whose manifest has not arrived", ONE_OF_EACH)
def _without_manifest(of: Sample) -> Piece:
    good = of.file()
    return Piece(good.name, good.content, None, good.ends("waiting").expected)


@kind("F04", "manifest whose data have not arrived", ONE_OF_EACH)
def _without_data(of: Sample) -> Piece:
    good = of.file()
    return Piece(good.name, None, good.manifest, good.ends("waiting").expected)
