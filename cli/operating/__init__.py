"""Commands for whoever operates the pipeline: the months that were run."""
