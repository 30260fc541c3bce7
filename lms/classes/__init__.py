"""Classes that meet: sessions, places, the roll, and what was missed."""
