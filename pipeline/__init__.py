"""Run it: the steps of a month, what is current and what is stale, dbt, and the services behind them."""
