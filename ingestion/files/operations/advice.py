"""What every state and every reason means to an operator, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.files import reasons
from ingestion.summary import TABLE_EMPTIED


@dataclass(frozen=True)
class Advice:
    """What something means, and the next step."""

    meaning: str
    next_step: str


_SENDER = "Have the sender correct it and send data and manifest again; do not correct it by hand."
_NOTHING = "Nothing needs to be done."

STATES: dict[str, Advice] = {
    "waiting": Advice(
        "Something of this file has not arrived, or other files are in its way.",
        "Ask the sender for the missing half; every run tries again by itself.",
    ),
    "loading": Advice(
        "A run is loading this file, or died while it did; nothing of it counts before it is loaded.",
        "If no run is at work, run fundwatch ingest or fundwatch retry: it is taken up again.",
    ),
    "loaded": Advice("Its rows count in staging.", _NOTHING),
    "superseded": Advice("A later file took its place; its rows are kept and do not count.", _NOTHING),
}

REASONS: dict[str, Advice] = {
    reasons.MANIFEST_INVALID: Advice(
        "The manifest does not have the agreed shape, or names what the site does not know.",
        "Have the sender send a right manifest. If a division is missing in divisions.csv, add it and run"
        " fundwatch retry.",
    ),
    reasons.SIGNATURE_INVALID: Advice(
        "senders.csv has a key for this sender, and the manifest is not signed with it.",
        "Ask the sender whether the file is theirs. If their key has changed, change senders.csv and run"
        " fundwatch retry; never remove a key to let a file in.",
    ),
    reasons.SHA256_MISMATCH: Advice(
        "The bytes are not those the manifest describes: damaged on the way, or not wholly copied yet.",
        "Have data and manifest sent again; a copy that is finished later is taken by the next run.",
    ),
    reasons.DUPLICATE_FILE: Advice("The same bytes are here already, under the file named below.", _NOTHING),
    reasons.REPLACES_UNKNOWN: Advice(
        "The file it says it replaces never arrived, or is replaced already.",
        "Have the sender name the file that counts now in replaces.",
    ),
    reasons.SLOT_TAKEN: Advice(
        "Another file is loaded for this format, division, month and sequence.",
        "Ask the sender: a correction names the loaded file in replaces, an addition takes the next"
        " sequence.",
    ),
    reasons.FUTURE_MONTH: Advice(
        "It is for a month that has not been run.",
        "Nothing needs to be done; it loads when its month is run.",
    ),
    reasons.SEQUENCE_GAP: Advice(
        "A file with a lower sequence of the same month has not been loaded.",
        "Ask the sender for the missing one; this one follows by itself.",
    ),
    reasons.UNSAFE_CONTENT: Advice(
        "The file could do harm when it is read: an XML entity, a dangerous archive, or too many bytes.",
        "Ask the sender what it is. A honest file that is too large: raise FUNDWATCH_MAX_FILE_BYTES and run"
        " fundwatch retry.",
    ),
    reasons.UNDECODABLE: Advice("Its bytes are not text in the encoding the manifest names.", _SENDER),
    reasons.TRUNCATED: Advice("It is empty although it should not be, or ends inside a record.", _SENDER),
    reasons.HEADER_INVALID: Advice("A column of the format is missing, or named twice.", _SENDER),
    reasons.ROWS_MISMATCH: Advice("It does not have as many records as its manifest says.", _SENDER),
    reasons.AMOUNT_MISMATCH: Advice("Its amounts do not add up to what its manifest says.", _SENDER),
    reasons.BALANCE_MISMATCH: Advice("A balance of the statement does not follow from its entries.", _SENDER),
    reasons.TOO_MANY_REFUSED: Advice(
        "More than 1 % of its rows, or of its money, would be refused; nothing of it is loaded.",
        "Have the sender correct it. Laid in the inbox under the same name it takes this file's place; under"
        " another name its manifest says replaces. If it cannot be corrected, someone other than who ran the"
        " pipeline may run fundwatch release FILE --as NAME --reason WHY: the good rows load, the others are"
        " quarantined. If the site's code map was wrong, mend it and run fundwatch retry.",
    ),
}

ROW_REASONS: dict[str, str] = {
    reasons.MISSING_REQUIRED: "a value the format requires is missing",
    reasons.BAD_DATE: "a date is no real day written YYYY-MM-DD or YYYYMMDD",
    reasons.BAD_MONTH: "a month is not written YYYYMM or YYYY-MM",
    reasons.BAD_AMOUNT: "an amount is no plain number with at most two decimals",
    reasons.BAD_CODE: "a code is not of its closed list, or a scheme is not in the code map",
    reasons.TOO_LONG: "a value has more than 200 characters",
    reasons.WRONG_FIELD_COUNT: "the record does not have the fields of its format",
    reasons.BAD_RECORD_LENGTH: "a fixed-width record has the wrong length",
    reasons.DUPLICATE_IN_FILE: "two records of one key differ",
}

_EMPTIED = Advice(
    "The production table had rows in the batch before and has none now, or is not there any more.",
    "Ask the database's administrator. If it was a mistake, have it mended and run fundwatch ingest"
    " --feed production. If the rows are gone for good, someone other than who ran the pipeline may run"
    " fundwatch release FILE --as NAME --reason WHY.",
)


def advice(state: str, reason: str) -> Advice:
    """Return what a file's state and reason mean."""
    if reason == TABLE_EMPTIED:
        return _EMPTIED
    return REASONS[reason] if reason else STATES[state]
