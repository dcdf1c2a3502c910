"""Publications: drafted, signed, corrected, reproduced and restored."""
