"""Issues: the error lists of the months, one issue with its history, comments, waiver."""
