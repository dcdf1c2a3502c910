"""Signatures of manifests: Ed25519 by the sender's key, where the site has one configured.

What is signed is the manifest without ``signature``: JSON with sorted keys, no spaces, UTF-8. Keys and
signatures are written as hexadecimal digits or as base64.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def canonical(said: Mapping[str, Any]) -> bytes:
    """Return the bytes of a manifest that its signature covers."""
    covered = {key: value for key, value in said.items() if key != "signature"}
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def is_signed(said: Mapping[str, Any], *, public_key: str) -> bool:
    """Return whether a manifest carries a signature that the key confirms."""
    key, signature = _raw(public_key), _raw(said.get("signature") or "")
    if key is None or signature is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, canonical(said))
    except (InvalidSignature, ValueError):
        return False
    return True


def _raw(text: str) -> bytes | None:
    for decode in (bytes.fromhex, lambda value: base64.b64decode(value, validate=True)):
        try:
            return decode(text.strip()) or None
        except (ValueError, binascii.Error):
            continue
    return None
