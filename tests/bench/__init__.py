"""Benches: CPU time for each operation, beside floors measured in the same run."""
