"""Stands in for dbt's own macros while sqlfluff renders the models, without a database."""


def type_string():
    """Return the type of text."""
    return "text"


def type_numeric():
    """Return the type of exact decimals."""
    return "numeric"


def bool_or(expression):
    """Return an aggregate of a condition."""
    return f"bool_or({expression})"


def listagg(expression, *_options, **_more):
    """Return an aggregate of texts."""
    return f"string_agg({expression}, ',')"


def split_part(text, delimiter, part):
    """Stand in for dbt.split_part."""
    return f"split_part({text}, {delimiter}, {part})"
