"""The grammar of fields as one table of texts, for every place that reads fields.

Landing of files is held to ``reason``: why a required field with this text quarantines its row, if it does.
Staging, quality and the oracle are held to ``value``: what they read the landed text as.
The law: a text that landing accepts has a value everywhere.

A refused text may have a value, because production rows land whatever they hold: spaces around an amount
quarantine a file's row, and are trimmed from a production row.
"""

from __future__ import annotations

from typing import NamedTuple


class GrammarCase(NamedTuple):
    """A text in a field of a kind.

    ``kind``: amount, rate, date, month, scheme (of which 110 is known), closed (a code of a closed list, of
    which employer is one), id (ids, accounts and open codes), text (names and free text), or camt_amount.
    ``reason``: the row reason of a refused text, empty for an accepted one.
    ``value``: amounts and rates as plain decimals (1.50 equals 1.5), dates as YYYY-MM-DD, months as YYYY-MM,
    all others as cleaned text; None where nothing is read.
    """

    kind: str
    text: str
    reason: str
    value: str | None

    @property
    def is_accepted(self) -> bool:
        """Whether a required field of a file may hold the text."""
        return not self.reason

    @property
    def name(self) -> str:
        """A test id that shows invisible characters."""
        shown = self.text.encode("unicode_escape").decode()
        return f"{self.kind} {shown if len(shown) <= 40 else f'{shown[:30]}... of {len(self.text)}'}"


def _accepted(kind: str, **values: str) -> list[GrammarCase]:
    return [GrammarCase(kind, text, "", value) for text, value in values.items()]


def _refused(kind: str, reason: str, *texts: str, values: dict[str, str] | None = None) -> list[GrammarCase]:
    """Refused texts; ``values`` are those that a production row may hold all the same, with what they are."""
    return [
        *(GrammarCase(kind, text, reason, None) for text in texts),
        *(GrammarCase(kind, text, reason, value) for text, value in (values or {}).items()),
    ]


NO_BREAK, IDEOGRAPHIC, ZERO_WIDTH, BOM = "\u00a0", "\u3000", "\u200b", "\ufeff"
# One or two of each kind of invisible character: zero-width, direction marks, BOM, variation selectors.
INVISIBLE = (
    "\u200b", "\u200c", "\u200d", "\u2060", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069",
    "\u061c",
    "\ufeff", "\ufe00", "\ufe0f", "\U000e0100", "\U000e01ef",
    # Fillers and joiners that are drawn as nothing, tags.
    "\u034f", "\u115f", "\u17b5", "\u206f", "\u3164", "\uffa0", "\U000e0001", "\U000e007f",
)  # fmt: skip
SPACES = (" ", "\t", "\n", "\v", "\f", "\r", NO_BREAK, "\u2007", "\u202f", IDEOGRAPHIC)
MISSING = ("", " ", NO_BREAK, IDEOGRAPHIC, " \u3000\u00a0\t", "NULL", "N/A", " NULL ", "\u00a0N/A\u3000")

# Numbers as floating columns print them: none in a file.
_EXPONENTS = {"1e5": "100000", "1E5": "100000", "1e-2": "0.01"}
# No number in any spelling but the agreed ones.
_NO_NUMBERS = (
    "NaN", "nan", "Infinity", "-inf", "∞", "today", "null", "无", "—", "-", "--1", "+1", "+1.00", "1-",
    "1.00-", "(1.00)",
    "0x10", "1,000", "1,000.00", "1，000", "1'000", "1 000", "1\u00a0000", "1_000",
    ".5", "-.5",
    "5.", "-5.", "1.2.3", "1..2", "¥1.00", "1.00元", "1%", "１２", "１.00", "１．００", "٣", "²", "1\u200b2",
    "\ufeff1.00", "1.00\u200b", "\u200b", "\u2212 1", "\u22121",
)  # fmt: skip

_AMOUNTS = [
    *_accepted(
        "amount",
        **{
            "0": "0", "0.0": "0", "0.00": "0", "-0": "0", "-0.00": "0", "1": "1", "1.5": "1.5",
            "1.50": "1.50",
            "-0.01": "-0.01", "-12": "-12", "999999999.99": "999999999.99",
            # 11 to 16 digits before the point.
            "12345678901.23": "12345678901.23",
            "123456789012.34": "123456789012.34",
            "1234567890123.45": "1234567890123.45",
            "12345678901234.56": "12345678901234.56",
            "123456789012345": "123456789012345",
            "123456789012345.67": "123456789012345.67",
            "1234567890123456": "1234567890123456",
            "1234567890123456.7": "1234567890123456.7",
            "1234567890123456.78": "1234567890123456.78",
            "-1234567890123456.78": "-1234567890123456.78",
            "9999999999999999.99": "9999999999999999.99",
            # Leading zeros do not count.
            "00": "0", "007.50": "7.50", "-007.50": "-7.50", "0012345678901234.50": "12345678901234.50",
            "00001234567890123456.78": "1234567890123456.78",
            "0" * 180 + "1.00": "1",
        },
    ),
    *_refused(
        "amount", "BAD_AMOUNT", *_NO_NUMBERS,
        # 17 to 19 digits before the point, and three or more decimals.
        "12345678901234567", "12345678901234567.89", "123456789012345678", "1234567890123456789",
        "-12345678901234567", "00012345678901234567", "9" * 30,
        values={f"{space}1.50": "1.50" for space in SPACES}
        | {f"1.50{space}": "1.50" for space in SPACES}
        | _EXPONENTS,
    ),
    *_refused("amount", "TOO_LONG", "9" * 201),
    *_refused("amount", "MISSING_REQUIRED", *MISSING),
]  # fmt: skip

# Files have no third decimal and no exponent; an amount of a production row counts by its value
# (docs/feeds/production.md): to the cent, half up, without what floating numbers add beyond 15 digits.
FILE_AMOUNTS = _refused(
    "amount", "BAD_AMOUNT", "1e99", "1e", "e5", "1e5.0", "1e+100", "1.5e", "1e16", "9999999999999999.995",
    values={
        "1.234": "1.23", "1.000": "1", "0.001": "0", "-1.2345": "-1.23", "0.999999999999999999": "1",
        "1.500": "1.50", "3000.5000": "3000.50", "829.9200000000001": "829.92",
        "414.96000000000004": "414.96",
        "0.999": "1", "1.005": "1.01", "-1.005": "-1.01", "1.0049999999999999": "1.01", "1.0049": "1.00",
        "0.00499": "0", "0.0000000000": "0", "1e3": "1000", "1E-05": "0", "1.5E+2": "150",
        "8.299200000000001e2": "829.92", "-1e0": "-1", "1e-99": "0",
        # More digits than a floating number holds: numeric(19,4) and the like.
        "123456789012345.6789": "123456789012345.68", "12345678901234.5650": "12345678901234.57",
        "1234567890123456.7800": "1234567890123456.78", "9999999999999999.9949": "9999999999999999.99",
        "1234567890123.455": "1234567890123.46",
        "0.100000000000000005551115123125782702118158340454101562": "0.10",
    },
)  # fmt: skip

_RATES = [
    *_accepted(
        "rate",
        **{
            "0": "0", "1": "1", "0.16": "0.16", "-0.5": "-0.5", "0.123456": "0.123456", "5000.00": "5000",
            "123456789012": "123456789012", "123456789012.123456": "123456789012.123456",
            "-999999999999.999999": "-999999999999.999999", "00.16": "0.16",
            "000123456789012.5": "123456789012.5",
            "0" * 180 + "1.5": "1.5",
        },
    ),
    *_refused(
        "rate", "BAD_AMOUNT", *_NO_NUMBERS, *_EXPONENTS,
        "0.1234567", "1234567890123", "1234567890123.5", "16%", "9" * 40,
        values={f"{space}0.16": "0.16" for space in SPACES} | {f"0.16{space}": "0.16" for space in SPACES},
    ),
    *_refused("rate", "TOO_LONG", "9" * 201),
    *_refused("rate", "MISSING_REQUIRED", *MISSING),
]  # fmt: skip

_DATES = [
    *_accepted(
        "date",
        **{
            "2024-06-30": "2024-06-30", "20240630": "2024-06-30", "2024-02-29": "2024-02-29",
            "20000229": "2000-02-29", "1900-01-01": "1900-01-01", "0001-01-01": "0001-01-01",
            "00010101": "0001-01-01", "9999-12-31": "9999-12-31", "99991231": "9999-12-31",
            "2024-12-31": "2024-12-31", "20240331": "2024-03-31",
        },
    ),
    *_refused(
        "date", "BAD_DATE",
        "2024-02-30", "2023-02-29", "20230229", "1900-02-29", "21000229", "20240431", "2024-06-31",
        "2024-00-10",
        "2024-13-01", "2024-06-00", "20240600", "2024-06-32", "0000-01-01", "00000101", "00000229",
        "0000-00-00",
        "99999999", "10000-01-01", "-2024-06-30", "2024-6-3", "2024-0630", "202406-30", "24-06-30",
        "240630", "2024-06",
        "202406", "2024", "2024/06/30", "2024.06.30", "30-06-2024", "2024年6月30日", "2024-06-30 00:00:00",
        "2024-06-30T00:00:00", "20240630000000", "1719705600", "today", "now", "infinity", "epoch",
        "J2460000",
        "２０２４-06-30", "２０２４０６３０", "٢٠٢٤-٠٦-٣٠", "2024-06\u200b-30", "\ufeff20240630",
        "2024\u201106\u201130",
        "2024 06 30", "0", "无", "null",
        values={f"{space}20240630": "2024-06-30" for space in SPACES}
        | {f"2024-06-30{space}": "2024-06-30" for space in SPACES},
    ),
    *_refused("date", "MISSING_REQUIRED", *MISSING),
]  # fmt: skip

_MONTHS = [
    *_accepted(
        "month",
        **{
            "202406": "2024-06", "2024-06": "2024-06", "202401": "2024-01", "2024-12": "2024-12",
            "0001-01": "0001-01", "000101": "0001-01", "9999-12": "9999-12", "999912": "9999-12",
        },
    ),
    *_refused(
        "month", "BAD_MONTH",
        "202400", "2024-00", "202413", "2024-13", "0000-01", "000001", "2024-6", "20246", "24-06", "2406",
        "6",
        "2024", "20240", "2024/06", "06/2024", "2024年6月", "20240601", "2024-06-01", "202406.0",
        "2.02406E+5", "+202406",
        "-202406", "10000-01", "now", "２０２４０６", "２０２４-06", "2024\u200b06", "\ufeff202406",
        "2024--06", "2024 06",
        "0", "无",
        values={f"{space}202406": "2024-06" for space in SPACES}
        | {f"2024-06{space}": "2024-06" for space in SPACES},
    ),
    *_refused("month", "MISSING_REQUIRED", *MISSING),
]  # fmt: skip

_INSIDE = {f"em{sign}ployer": "employer" for sign in INVISIBLE} | {
    f"{sign}employer": "employer" for sign in INVISIBLE
}
_CODES = [
    *_accepted(
        "scheme",
        **{"110": "110", "１１０": "110", "1１0": "110", "1\u200b10": "110", "\ufeff110": "110"},
        **{f"{space}110": "110" for space in SPACES},
        **{f"110{space}": "110" for space in SPACES},
    ),
    *_refused(
        "scheme", "BAD_CODE",
        values={
            text: text
            for text in ("999", "0110", "110.0", "1.1E2", "11O", "110,120", "1 10", "1\u00a010", "+110",
                         "养老", "无", "—",
                         "١١٠")
        },
    ),
    *_accepted(
        "closed",
        **{"employer": "employer", "ｅｍｐｌｏｙｅｒ": "employer", "employer \t": "employer"},
        **{f"{space}employer": "employer" for space in SPACES},
        **{f"employer{space}": "employer" for space in SPACES},
        **_INSIDE,
    ),
    *_refused(
        "closed", "BAD_CODE",
        values={
            text: text
            for text in ("Employer", "EMPLOYER", "em ployer", "em\u00a0ployer", "employers", "employer2",
                         "其他", "0", "无")
        },
    ),
    *_accepted(
        "id",
        **{
            "A1": "A1", "0": "0", "007": "007", "110101199001011234": "110101199001011234", "Ａ１ｂ": "A1b",
            "null": "null", "n/a": "n/a", "Ｎ／Ａ": "N／A", "无": "无", "—": "—", "A 1": "A 1",
            "A\u00a01": "A\u00a01",
            "A\u30001": "A\u30001", "1.10101E+17": "1.10101E+17", "A\\N": "A\\N", "长" * 200: "长" * 200,
            f"  {'9' * 200}\u3000\u00a0": "9" * 200, f"{'9' * 200}\u200b\u202d": "9" * 200, "\u200b A1": "A1",
            " \u200b\u00a0A1\u3000\ufeff ": "A1",
        },
        **{f"{space}A1{space}": "A1" for space in SPACES},
        **{f"A{sign}1": "A1" for sign in INVISIBLE},
        **{f"A1{sign}": "A1" for sign in INVISIBLE},
    ),
    *_refused("id", "TOO_LONG", values={"9" * 201: "9" * 201, "长" * 201: "长" * 201}),
    *_refused(
        "id", "MISSING_REQUIRED", *MISSING, *INVISIBLE, "\u200b \u00a0\ufeff", "NU\u200bLL", "ＮＵＬＬ",
        " ＮＵＬＬ\u200b"
    ),
]  # fmt: skip

_TEXTS = [
    *_accepted(
        "text",
        **{
            "张三": "张三", "甲 乙": "甲 乙", "甲\u00a0乙": "甲\u00a0乙", "甲\u3000乙": "甲\u3000乙",
            "ＡＢＣ１": "ＡＢＣ１",
            "ＮＵＬＬ": "ＮＵＬＬ", "null": "null", "\\N": "\\N", "0": "0", "无": "无", "—": "—",
            "阿卜杜拉·买买提": "阿卜杜拉·买买提",
            "𠮷田": "𠮷田", "é": "é", "e\u0301": "e\u0301", "葛\U000e0100城": "葛城", "长" * 200: "长" * 200,
            f" \u3000{'长' * 200}\u00a0\t": "长" * 200, "'; drop table x; --": "'; drop table x; --",
            "甲\t乙": "甲\t乙",
            "\u200b 甲": "甲",
        },
        **{f"{space}甲{space}": "甲" for space in SPACES},
        **{f"甲{sign}乙": "甲乙" for sign in INVISIBLE},
        **{f"{sign}甲": "甲" for sign in INVISIBLE},
    ),
    *_refused("text", "TOO_LONG", values={"长" * 201: "长" * 201, "𠮷" * 201: "𠮷" * 201}),
    *_refused("text", "MISSING_REQUIRED", *MISSING, *INVISIBLE, "\u200b \u00a0\ufeff", "NU\u200bLL"),
]  # fmt: skip

# ISO 20022 decimals: a leading plus, a missing integer part and further trailing zeros do not count.
CAMT_AMOUNTS = [
    *_accepted(
        "camt_amount",
        **{
            "1": "1", "1.5": "1.5", "+1.50": "1.50", ".5": "0.5", "+.5": "0.5", "-.5": "-0.5",
            "1.500": "1.50",
            "1.5000000": "1.5", "0.000": "0", "+0": "0", "007.500": "7.50",
            "1234567890123456.780": "1234567890123456.78",
        },
    ),
    *_refused(
        "camt_amount", "BAD_AMOUNT", "1.234", "1.5001", "5.", ".", "+", "+-1", "++1", "1+", "1e5", "1,00",
        "12345678901234567",
        "１.00", "NaN",
    ),
]  # fmt: skip

# What every reader of fields is held to.
CASES = (*_AMOUNTS, *_RATES, *_DATES, *_MONTHS, *_CODES, *_TEXTS)
