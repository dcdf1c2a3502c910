"""The manifest beside every data file."""

from __future__ import annotations

import codecs
import json
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from fundwatch.months import is_month
from ingestion.files import grammar
from ingestion.files.contract import Format

SUFFIX = ".manifest.json"
LARGEST = 2**20
_ENCODINGS = frozenset({"utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312", "ascii"})
_MOST = 2**31 - 1
_A_DAY = timedelta(days=1)
_SHOWN, _MOST_FAULTS = 60, 5
Sha256 = Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{64}$")]


class Manifest(BaseModel):
    """The sender's statement about one data file, with every rule that a manifest alone can be checked by."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    feed: str
    format: str
    division: str
    month: str
    sequence: Annotated[int, Field(ge=1, le=_MOST)]
    encoding: str
    rows: Annotated[int, Field(ge=0, le=_MOST)]
    amount_total: str | None
    sha256: Sha256
    created_at: str
    replaces: Sha256 | None = None
    signature: str | None = None

    @property
    def amount_cents(self) -> int | None:
        """The declared total in cents."""
        return None if self.amount_total is None else grammar.cents(self.amount_total)

    def created(self, zone: tzinfo) -> datetime:
        """Return when the sender created the file, in UTC; without an offset it is a time of ``zone``."""
        written = datetime.fromisoformat(self.created_at)
        return (written if written.tzinfo else written.replace(tzinfo=zone)).astimezone(UTC)

    @field_validator("month")
    @classmethod
    def _month_is_real(cls, value: str) -> str:
        if not is_month(value):
            raise ValueError("not a month written YYYY-MM")
        return value

    @field_validator("encoding")
    @classmethod
    def _encoding_is_known(cls, value: str) -> str:
        try:
            name = codecs.lookup(value).name
        except LookupError:
            name = ""
        if name not in _ENCODINGS:
            raise ValueError(f"not one of {', '.join(sorted(_ENCODINGS))}")
        return value

    @field_validator("amount_total")
    @classmethod
    def _total_is_an_amount(cls, value: str | None) -> str | None:
        if value is not None and grammar.cents(value) is None:
            raise ValueError("not an amount such as 845210.37")
        return value

    @field_validator("created_at")
    @classmethod
    def _instant_is_real(cls, value: str) -> str:
        written = datetime.fromisoformat(value)
        try:
            for offset in (-_A_DAY, _A_DAY):  # any zone's offset keeps it within what instants can be
                _ = written + offset
        except OverflowError:
            raise ValueError("out of range") from None
        return value

    @field_validator("sha256", "replaces")
    @classmethod
    def _hash_is_lower_case(cls, value: str | None) -> str | None:
        return value and value.lower()

    def fault(self, *, folder: str, form: Format | None, divisions: frozenset[str]) -> str:
        """Return why the manifest does not fit the site and its folder, or nothing.

        ``form`` is the declared format where the folder's feed has it.
        """
        if self.feed != folder:
            return f"feed is {_quoted(self.feed)}, the file lies in the folder {folder}"
        if form is None:
            return f"format {_quoted(self.format)} is not known for the feed {folder}"
        if self.division not in divisions:
            return f"division {_quoted(self.division)} is not in the site's divisions.csv"
        return self._fault_of_total(form)

    def _fault_of_total(self, form: Format) -> str:
        if form.cents_of is None and self.amount_total is not None:
            return f"amount_total is given, {self.format} has no amount: it must be null"
        if form.cents_of is not None and self.amount_total is None:
            return "amount_total is missing"
        return ""


def parse(content: bytes) -> tuple[Manifest | None, dict[str, Any], str]:
    """Return the manifest (None when it is malformed), its JSON object, and what is wrong."""
    if len(content) > LARGEST:
        return None, {}, f"it is larger than {LARGEST} bytes"
    try:
        raw = json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_without_repeats, parse_constant=_not_a_number
        )
    except (ValueError, RecursionError):
        return None, {}, "it is not JSON in UTF-8, or names a key twice"
    if not isinstance(raw, dict):
        return None, {}, "it is not a JSON object"
    try:
        return Manifest.model_validate(raw), raw, ""
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        messages = [
            f"{_quoted('.'.join(map(str, fault['loc'])))}: {fault['msg']}" for fault in faults[:_MOST_FAULTS]
        ]
        return None, raw, "; ".join(messages)


def _quoted(text: str) -> str:
    """Return a sender's text as it may be shown: short and on one line."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def _not_a_number(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("a key is named twice")
    return content
