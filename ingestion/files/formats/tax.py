"""Files of the tax bureau and the treasury: vouchers and receipts."""

from ingestion.files.contract import AsWritten, Field, Format, RequiredWhen

_KINDS = frozenset({"employer", "employee", "flexible", "late_fee", "refund"})


_VOUCHER = (
    Field("voucher_no", "id", required=True),
    Field("taxpayer_no", "id"),
    Field("taxpayer_name"),
    Field("person_id_number", "id"),
    Field("scheme", "scheme", required=True),
    Field("month_from", "month", required=True),
    Field("month_to", "month", required=True),
    Field("kind", "code", required=True, codes=_KINDS),
    Field("base", "rate"),
    Field("rate", "rate"),
    Field("amount", "amount", required=True),
    Field("collected_on", "date", required=True),
    Field("treasury_on", "date"),
    Field("original_voucher_no", "id"),
    Field("division", "id", required=True),
)

_TREASURY_RECEIPT = (
    Field("receipt_no", "id", required=True),
    Field("voucher_no", "id"),
    Field("scheme", "scheme", required=True),
    Field("amount", "amount", required=True),
    Field("received_on", "date", required=True),
    Field("transferred_on", "date"),
    Field("division", "id", required=True),
)

FORMATS = (
    Format(
        name="tax-voucher-csv/1",
        feed="tax",
        layout="csv",
        fields=_VOUCHER,
        key=("voucher_no",),
        required_when=(
            RequiredWhen("taxpayer_no", "kind", frozenset({"employer", "employee", "late_fee"})),
            RequiredWhen("person_id_number", "kind", frozenset({"flexible"})),
            RequiredWhen("original_voucher_no", "kind", frozenset({"refund"})),
        ),
        amount="amount",
        lands=AsWritten("tax__voucher", _VOUCHER),
    ),
    Format(
        name="treasury-receipt-csv/1",
        feed="tax",
        layout="csv",
        fields=_TREASURY_RECEIPT,
        key=("receipt_no",),
        amount="amount",
        lands=AsWritten("tax__treasury_receipt", _TREASURY_RECEIPT),
    ),
)
