"""Rate limits for doors that strangers can lean on."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(
    get_remote_address,
    in_memory_fallback_enabled=True,
    headers_enabled=False,
    strategy="fixed-window",
)
"""Decorate a view with `@limiter.limit("30/minute")`; only such views pay for it."""
