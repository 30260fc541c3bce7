"""Where a visitor may be sent on: pages of our own, and nowhere else."""

from urllib.parse import urlsplit


def own_path(wanted: str) -> str | None:
    """Give the path when it is plainly one of ours, else None.

    Browsers read a backslash as a slash and drop control characters, so both are
    refused rather than understood.

    >>> own_path("/courses?track=required"), own_path("//evil")
    ('/courses?track=required', None)
    """
    if not wanted.startswith("/") or wanted.startswith("//"):
        return None
    if "\\" in wanted or not wanted.isprintable() or " " in wanted:
        return None
    parts = urlsplit(wanted)
    return None if parts.scheme or parts.netloc else wanted
