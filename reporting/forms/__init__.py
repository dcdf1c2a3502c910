"""The report forms R1 to R4 as workbook, PDF, page and SDMX."""
