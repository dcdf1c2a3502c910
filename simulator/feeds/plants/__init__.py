"""Errors planted in the flows of money, each with a decoy at its boundary, and the truth about them."""

from simulator.feeds.plants import accounts, balances, returns, treasury

__all__ = ["accounts", "balances", "returns", "treasury"]
