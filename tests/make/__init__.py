"""Makers: a small true world, one room a file. Every default is valid."""
