"""What lies in the inbox: found, hashed, kept in the vault, unpacked, its manifest and signature read."""
