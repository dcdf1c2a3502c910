"""What the rules stand on: codes, facts of persons and benefits, parameters and lookups of the site."""
