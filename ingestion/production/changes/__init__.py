"""What changed at the source: checkpoints, watermarks, checksums, and the history with month intervals."""
