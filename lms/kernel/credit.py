"""Credit: hundredths of a 学时, an integer. 60 学时 = 6000."""

from typing import NewType

Credit = NewType("Credit", int)

ONE_HOUR = Credit(100)


def hours_text(credit: Credit) -> str:
    """Write credit as 学时 for people, without trailing zeros.

    >>> hours_text(Credit(6000)), hours_text(Credit(150)), hours_text(Credit(-25))
    ('60', '1.5', '-0.25')
    """
    sign = "-" if credit < 0 else ""
    whole, part = divmod(abs(credit), 100)
    return sign + (f"{whole}.{part:02d}".rstrip("0") if part else str(whole))
