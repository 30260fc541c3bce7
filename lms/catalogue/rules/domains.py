"""Which domain an association may be seen under. Pure."""

import re
from urllib.parse import urlsplit

LONGEST_HOST = 100

_HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
)


def host_of(typed: str) -> str | None:
    """Read a domain as people write it; None for what is none.

    Neither an address of numbers nor a port: pages stand at the scheme's own. What is
    not ASCII is written in its encoded form (xn--).

    >>> host_of(" https://Xue.Example.cn/ "), host_of("127.0.0.1"), host_of("a.cn:81")
    ('xue.example.cn', None, None)
    """
    text = typed.strip().lower()
    if "://" in text:
        try:
            parts = urlsplit(text)
        except ValueError:
            return None
        if parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
            return None
        text = parts.netloc if parts.path in {"", "/"} else ""
    text = text.rstrip("/").removesuffix(".")
    fits = len(text) <= LONGEST_HOST and _HOST.fullmatch(text)
    return text if fits else None
