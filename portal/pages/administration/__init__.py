"""Users with their grants and sessions; the audit log with its verdict. No figures, no cases."""
