"""A document of sentences and tables, in one language, as PDF, HTML page and workbook."""
