"""Rate limits for doors that strangers can lean on."""

import time
from ipaddress import IPv6Address, IPv6Network, ip_address

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage import MemoryStorage


class Counts(MemoryStorage):
    """Counts in memory, swept once a minute: the parent starts a thread at each hit."""

    STORAGE_SCHEME = ["counts"]  # noqa: RUF012 - as the base class has it
    _swept = 0.0

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count a hit; the first one of a window opens it."""
        now = time.time()
        if now - self._swept > 60:  # noqa: PLR2004 - a minute
            self._swept = now
            for old in tuple(self.expirations):
                self.get(old)
        self.get(key)
        with self.locks[key]:
            self.storage[key] += amount
            if self.storage[key] == amount:
                self.expirations[key] = now + expiry
            return self.storage[key]


def network() -> str:
    """Name who asks: an address, or of IPv6 the network that one household has."""
    address = get_remote_address()
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        return str(IPv6Network((known, 64), strict=False))
    return address


limiter = Limiter(
    network,
    in_memory_fallback_enabled=True,
    headers_enabled=False,
    strategy="fixed-window",
)
"""Decorate a view with `@limiter.limit("30/minute")`; only such views pay for it."""
