"""What people do, each act with its entry in the log: sign off, waive, declare, record an event of a case."""
