"""Each failing row as one issue over the months: found, listed for rectification, waived."""
