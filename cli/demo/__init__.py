"""``make demo``: a simulated city, three of its months through Airflow, and what was found in them."""
