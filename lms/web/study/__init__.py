"""The player and the test."""
