"""What was done, by whom: append-only lines, chained per stream."""
