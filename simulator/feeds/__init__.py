"""What outside senders deliver: tax, bank, civil registry and finance files."""
