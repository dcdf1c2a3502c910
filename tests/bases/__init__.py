"""What the tests of contribution bases share."""
