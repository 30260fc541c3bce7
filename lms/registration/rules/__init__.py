"""The state table of applications, and what follows from it. Pure."""
