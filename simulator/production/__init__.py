"""The agency's production database: its tables, codes and history, written month by month."""
