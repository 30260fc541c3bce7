"""Who studies what, and how far each has honestly come."""
