"""The statements of reconciliation: balances of accounts (R6), and the money among the four parties (R7)."""
