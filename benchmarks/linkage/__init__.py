"""The linkage of persons beside a bare Splink script and beside recordlinkage."""
