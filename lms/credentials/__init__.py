"""Certificates: granted by rule, printed once, verified by strangers, withdrawn."""
