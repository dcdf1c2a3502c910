"""Numbers with a check character: resident identity numbers and unified social credit codes."""
