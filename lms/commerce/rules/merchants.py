"""Whose merchant took a payment, told by the name of the trade. Pure.

An association with a merchant of its own is named by its code before the provider's
own name of a trade. What the installation's merchant takes has no such mark.
"""

import re

_SIGN = "@"
_MARKED = re.compile(r"([A-Z0-9]{2,12})@(.+)", re.DOTALL)
"""Other systems' trades in the same account may have such a sign in their number."""


def marked(merchant: str, name: str) -> str:
    """Name a trade among those of all merchants.

    >>> marked("BTJX", "wechat:17"), marked("", "wechat:17")
    ('BTJX@wechat:17', 'wechat:17')
    """
    return f"{merchant}{_SIGN}{name}" if merchant else name


def parted(name: str) -> tuple[str, str]:
    """Part a trade's name into its merchant and what the provider calls it.

    >>> parted("BTJX@wechat:17"), parted("wechat:a@b")
    (('BTJX', 'wechat:17'), ('', 'wechat:a@b'))
    """
    found = _MARKED.fullmatch(name)
    return (found[1], found[2]) if found else ("", name)


def merchant_of(name: str) -> str:
    """Say whose merchant has a trade."""
    return parted(name)[0]
