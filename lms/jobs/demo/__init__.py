"""The demonstration: a small believable world for an empty database."""
