"""The forms of a publication, the bulletin, and the trace of a figure to landed lines."""
