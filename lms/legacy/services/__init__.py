"""Commands upon an old platform's files and records."""
