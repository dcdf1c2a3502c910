"""Files of the fund accounting software: deposit journal and trial balance."""

from ingestion.files import grammar
from ingestion.files.contract import AsWritten, Field, Format
from ingestion.files.records import Values

_COUNTER_KINDS = frozenset(
    {
        "opening", "contribution", "allocation", "benefit", "interest", "subsidy", "transfer_in",
        "transfer_out", "remit_up", "remit_down", "refund", "late_fee", "fee", "other",
    }
)  # fmt: skip

_DEPOSIT_JOURNAL = (
    Field("voucher_no", "id"),
    Field("booked_on", "date", required=True),
    Field("account_no", "id", required=True),
    Field("fund", "id"),
    Field("debit", "amount"),
    Field("credit", "amount"),
    Field("counter_kind", "code", required=True, codes=_COUNTER_KINDS),
    Field("reference"),
    Field("memo"),
)

_TRIAL_BALANCE = (
    Field("month", "month", required=True),
    Field("fund", "id", required=True),
    Field("subject_code", "id", required=True),
    Field("subject_name"),
    Field("opening", "amount"),
    Field("debit", "amount"),
    Field("credit", "amount"),
    Field("closing", "amount", required=True),
)


def _side(value: str | None) -> int | None:
    """Return one side of a journal line in cents; a missing side is 0."""
    return 0 if value is None or grammar.is_missing(value) else grammar.cents(value)


def _debit_less_credit(values: Values) -> int | None:
    debit, credit = _side(values["debit"]), _side(values["credit"])
    return None if debit is None or credit is None else debit - credit


FORMATS = (
    Format(
        name="deposit-journal-csv/1",
        feed="finance",
        layout="csv",
        fields=_DEPOSIT_JOURNAL,
        cents_of=_debit_less_credit,
        lands=AsWritten("finance__deposit_journal", _DEPOSIT_JOURNAL),
    ),
    Format(
        name="trial-balance-csv/1",
        feed="finance",
        layout="csv",
        fields=_TRIAL_BALANCE,
        amount="closing",
        lands=AsWritten("finance__trial_balance", _TRIAL_BALANCE),
    ),
)
