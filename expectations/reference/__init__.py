"""The reference data of the rules: codes, facts of persons and benefits, parameters of the site."""
