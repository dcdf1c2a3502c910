"""Signatures: what is signed is fixed by an example in the documentation."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from ingestion.signature import is_signed

PAGE = Path(__file__).parents[2] / "docs" / "feeds" / "files.md"
SIGNED, KEY, SIGNATURE = PAGE.read_text(encoding="utf-8").partition("```text\n")[2].splitlines()[:3]
SAID = json.loads(SIGNED)
DER = bytes.fromhex("302a300506032b6570032100" + KEY)

PEM = f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(DER).decode()}\n-----END PUBLIC KEY-----\n"


def in_base64(text: str) -> str:
    return base64.b64encode(bytes.fromhex(text)).decode()


@pytest.mark.parametrize(
    ("key", "signature"),
    [
        (KEY, SIGNATURE), (KEY.upper(), SIGNATURE.upper()), (in_base64(KEY), in_base64(SIGNATURE)),
        (base64.b64encode(DER).decode(), SIGNATURE),
        (PEM, SIGNATURE),
    ],
    ids=["hexadecimal", "upper case", "base64", "DER", "PEM"],
)  # fmt: skip
def test_manifest_of_the_documentation_is_signed(key, signature):
    assert is_signed({**SAID, "signature": signature}, public_key=key)


@pytest.mark.parametrize("name", SAID)
def test_manifest_is_not_signed_when_anything_in_it_was_changed(name):
    assert not is_signed({**SAID, "signature": SIGNATURE, name: "other"}, public_key=KEY)
    assert not is_signed({**SAID, "signature": SIGNATURE, "more": None}, public_key=KEY)


@pytest.mark.parametrize("wrong", [None, "", "00", "no", "é", SIGNATURE[:-2], SIGNATURE + "00"])
def test_manifest_is_not_signed_when_key_or_signature_is_none(wrong):
    assert not is_signed({**SAID, "signature": wrong}, public_key=KEY)
    assert not is_signed({**SAID, "signature": SIGNATURE}, public_key=wrong or "")
