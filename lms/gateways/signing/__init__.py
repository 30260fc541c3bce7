"""Keys: made, certified, read, and used to sign."""
