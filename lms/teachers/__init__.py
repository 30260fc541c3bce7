"""Who teaches, and by what right: an association's register of teachers."""
