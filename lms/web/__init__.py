"""Pages by audience. HTTP stays here."""
