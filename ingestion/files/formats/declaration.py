"""Files of the employers' yearly base declarations: units, persons, documents, applications."""

from ingestion.files.contract import AsWritten, Field, Format

_MONTHS = frozenset(text for number in range(1, 13) for text in (str(number), f"{number:02d}"))
_STATUSES = frozenset({"insured", "rehired", "elsewhere"})
_KINDS = frozenset({"correction", "mass_transfer", "split", "merge"})
_DECISIONS = frozenset({"approved", "refused", "pending"})

_UNIT = (
    Field("unit_id", "id", required=True),
    Field("credit_code", "id"),
    Field("wage_year", "id", required=True),
    Field("months", "code", required=True, codes=_MONTHS),
    Field("employees", "id", required=True),
    Field("wage_bill", "amount", required=True),
    Field("declared_on", "date", required=True),
    Field("division", "id", required=True),
)

_PERSON = (
    Field("unit_id", "id", required=True),
    Field("id_number", "id", required=True),
    Field("name", required=True),
    Field("wage_year", "id", required=True),
    Field("months", "code", required=True, codes=_MONTHS),
    Field("wage_total", "amount"),
    Field("status", "code", required=True, codes=_STATUSES),
    Field("proof_no", "id"),
    Field("division", "id", required=True),
)

_DOCUMENT = (
    Field("unit_id", "id", required=True),
    Field("wage_year", "id", required=True),
    Field("document", "id", required=True),
    Field("document_no", "id"),
    Field("received_on", "date", required=True),
    Field("division", "id", required=True),
)

_APPLICATION = (
    Field("application_no", "id", required=True),
    Field("unit_id", "id", required=True),
    Field("id_number", "id"),
    Field("scheme", "scheme"),
    Field("wage_year", "id", required=True),
    Field("kind", "code", required=True, codes=_KINDS),
    Field("applied_on", "date", required=True),
    Field("effective_month", "month", required=True),
    Field("new_base", "amount"),
    Field("decision", "code", required=True, codes=_DECISIONS),
    Field("decided_on", "date"),
    Field("division", "id", required=True),
)


FORMATS = (
    Format(
        name="base-declaration-csv/1",
        feed="declaration",
        layout="csv",
        fields=_UNIT,
        key=("unit_id", "wage_year"),
        amount="wage_bill",
        lands=AsWritten("declaration__unit", _UNIT),
    ),
    Format(
        name="base-person-csv/1",
        feed="declaration",
        layout="csv",
        fields=_PERSON,
        key=("unit_id", "id_number", "wage_year"),
        amount="wage_total",
        lands=AsWritten("declaration__person", _PERSON),
    ),
    Format(
        name="base-document-csv/1",
        feed="declaration",
        layout="csv",
        fields=_DOCUMENT,
        key=("unit_id", "wage_year", "document"),
        lands=AsWritten("declaration__document", _DOCUMENT),
    ),
    Format(
        name="base-application-csv/1",
        feed="declaration",
        layout="csv",
        fields=_APPLICATION,
        key=("application_no",),
        lands=AsWritten("declaration__application", _APPLICATION),
    ),
)
