"""Checks Ed25519 signatures on plain Python; set into the verifier of every pack."""

from __future__ import annotations

import hashlib

# --- from here on it is set into the verifier, which is a single file ---
WIDTH = 32
Point = tuple[int, int, int, int]
# Ed25519 by RFC 8032, for one check: slow, and without anything to install.
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a: Point, b: Point) -> Point:
    """Add two points of the curve."""
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e = (y1 - x1) * (y2 - x2) % P
    f = (y1 + x1) * (y2 + x2) % P
    g, h = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return i * j % P, k * m % P, j * k % P, i * m % P


def times(count: int, point: Point) -> Point:
    """Add a point to itself so many times."""
    total: Point = (0, 1, 1, 0)
    while count:
        if count & 1:
            total = add(total, point)
        point, count = add(point, point), count >> 1
    return total


def same(a: Point, b: Point) -> bool:
    """Compare two points."""
    across = (a[0] * b[2] - b[0] * a[2]) % P
    along = (a[1] * b[2] - b[1] * a[2]) % P
    return across == along == 0


def point_of(raw: bytes) -> Point | None:
    """Read a point from its 32 bytes."""
    if len(raw) != WIDTH:
        return None
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_good(public: bytes, text: bytes, signature: bytes) -> bool:
    """Check a signature."""
    key, first = point_of(public), point_of(signature[:32])
    count = int.from_bytes(signature[32:], "little")
    if key is None or first is None or len(signature) != 2 * WIDTH or count >= Q:
        return False
    seed = hashlib.sha512(signature[:32] + public + text).digest()
    challenge = int.from_bytes(seed, "little") % Q
    assert BASE is not None  # noqa: S101 - it is a constant
    return same(times(count, BASE), add(first, times(challenge, key)))
