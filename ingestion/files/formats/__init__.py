"""The file formats, by name; one module per feed."""

from ingestion.files.contract import Format
from ingestion.files.formats import bank, civil_registry, finance, tax

FORMATS: dict[str, Format] = {
    form.name: form for module in (tax, bank, civil_registry, finance) for form in module.FORMATS
}

# Formats of the specification this version does not read: their files wait.
LATER: dict[str, str] = {"camt.053/1": "bank", "mt940/1": "bank"}
