"""The file formats, by name; one module per feed."""

from ingestion.files.contract import Format
from ingestion.files.formats import bank, civil_registry, declaration, finance, tax

FORMATS: dict[str, Format] = {
    form.name: form for module in (tax, bank, civil_registry, finance, declaration) for form in module.FORMATS
}
