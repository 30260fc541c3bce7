"""How an old platform's sheets are read, and what may come of them. Pure."""
