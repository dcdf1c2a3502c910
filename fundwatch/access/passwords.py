"""Passwords of users: which are taken, and their hashes (Argon2id, as its authors recommend it)."""

from __future__ import annotations

import secrets
import string
import unicodedata
from functools import cache
from pathlib import Path

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from fundwatch.errors import UsageWrong

SHORTEST, LONGEST = 12, 128
ONE_TIME_HOURS = 24
_COMMON = Path(__file__).with_name("common_passwords.txt")
_LEAST_NAME, _LEAST_DIFFERENT = 3, 5
_UPWARDS = string.digits * (LONGEST // 10 + 2)
_DOWNWARDS = _UPWARDS[::-1]
_TRAILING = string.digits + string.punctuation
# Letters and digits that are not taken for each other when a password is read out.
_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_ONE_TIME_LENGTH = 20


def fault_of(password: str, *, user: str) -> str:
    """Return what is wrong with a password: length, common, name; empty when nothing is.

    Any characters may be in it; it is counted in code points.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        return "length"
    plain = unicodedata.normalize("NFKC", password).casefold()
    if _is_common(plain):
        return "common"
    if len(user) >= _LEAST_NAME and user.casefold() in plain:
        return "name"
    return ""


def require_usable(password: str, *, user: str) -> None:
    """Refuse a password that breaks a rule.

    Raises: UsageWrong, which does not tell it.
    """
    meanings = {
        "length": f"it must have {SHORTEST} to {LONGEST} characters",
        "common": "it is one of the common ones",
        "name": "it holds the user's name",
    }
    fault = fault_of(password, user=user)
    if fault:
        raise UsageWrong(f"the password is not taken: {meanings[fault]}", next_step="Choose another one")


def one_time() -> str:
    """Return a new one-time password: 20 letters and digits, 116 random bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_ONE_TIME_LENGTH))


def hash_of(password: str) -> str:
    """Return the hash of a password that is stored; it takes about 64 MiB and a tenth of a second."""
    return _hasher().hash(password)


def is_right(password: str, stored: str | None) -> bool:
    """Return whether a password is the one of a stored hash; no hash costs as much as one.

    A password longer than any that is taken costs no more than the longest.
    """
    try:
        matches = _hasher().verify(password[: LONGEST + 1], stored or _nobodys())
    except UnknownHashError:
        matches = False
    return matches and stored is not None


def _is_common(plain: str) -> bool:
    """Whether a password is a common one, one with figures and signs behind it, or hardly any letters.

    Figures in their turn, however many, are as common as the first of them.
    """
    word = plain.rstrip(_TRAILING)
    if plain in _UPWARDS or plain in _DOWNWARDS:
        return True
    return plain in _common() or word in _common() or len(set(plain)) < _LEAST_DIFFERENT


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobodys() -> str:
    """Return the hash of a password that nobody has."""
    return _hasher().hash(secrets.token_urlsafe())


@cache
def _common() -> frozenset[str]:
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("# "))
