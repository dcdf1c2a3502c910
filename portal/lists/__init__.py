"""Every list of the portal, once: its columns, its filters, its order, and how it is paged.

Pages, API and exports read a list by the same statement, so that equal grants see equal rows.
"""
