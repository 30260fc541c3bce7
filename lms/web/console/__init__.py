"""The desk of an association's staff."""
