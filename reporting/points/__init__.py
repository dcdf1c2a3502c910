"""The form of suspicious points (R8): points by rule and county, what became of them, deaths received."""
