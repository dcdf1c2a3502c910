"""The rules of the cross-checks beside their SQL by hand."""
