"""The keys that sign for associations and offices: made, lent, retired by two."""
