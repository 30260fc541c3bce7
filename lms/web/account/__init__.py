"""Signing up and in, security, and the personal centre."""
