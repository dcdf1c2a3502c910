"""Signatures of manifests: Ed25519 by the sender's key, where the site has one configured.

The signed bytes are the manifest without ``signature``, as JSON in UTF-8: keys sorted, no spaces, no needless
escapes. The other forms in which common libraries write the same object are accepted too (keys in their own
order, a space after commas and colons, ASCII escapes): each form holds every key and value, so it belongs to
no other manifest. Keys and signatures are hexadecimal or base64, keys also PEM or DER.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_SEPARATORS = ((",", ":"), (", ", ": "))
_ARMOUR = re.compile("-----(?:BEGIN|END) PUBLIC KEY-----")
# What precedes the 32 bytes of an Ed25519 key in SubjectPublicKeyInfo.
_DER = bytes.fromhex("302a300506032b6570032100")


def signed_forms(manifest: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield the bytes of a manifest that its signature may cover, the canonical ones first."""
    covered = {key: value for key, value in manifest.items() if key != "signature"}
    for is_sorted, separators, is_ascii in product((True, False), _SEPARATORS, (False, True)):
        text = json.dumps(covered, sort_keys=is_sorted, separators=separators, ensure_ascii=is_ascii)
        yield text.encode("utf-8", "surrogatepass")


def is_signed(manifest: Mapping[str, Any], *, public_key: str) -> bool:
    """Return whether a manifest carries a valid signature of the key."""
    key, signature = _public_key(public_key), _raw(manifest.get("signature") or "")
    if key is None or signature is None:
        return False
    return any(_is_valid(key, signature, form) for form in signed_forms(manifest))


def is_key(text: str) -> bool:
    """Return whether a text is a public key that signatures can be checked with."""
    return _public_key(text) is not None


def _is_valid(key: Ed25519PublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _public_key(text: str) -> Ed25519PublicKey | None:
    raw = _raw("".join(_ARMOUR.sub("", text).split()))
    try:
        return Ed25519PublicKey.from_public_bytes(raw.removeprefix(_DER)) if raw else None
    except ValueError:
        return None


def _raw(text: str) -> bytes | None:
    for decode in (bytes.fromhex, lambda value: base64.b64decode(value, validate=True)):
        try:
            return decode(text.strip()) or None
        except (ValueError, binascii.Error):
            continue
    return None
