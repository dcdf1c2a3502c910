"""The life of a case: what people record about a suspicious point, and what follows from it."""
