"""Constructors: identity, photo, signature, qualification, registration, employer."""
