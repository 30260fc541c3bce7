"""Files of a certificate without drawing them."""

from __future__ import annotations

from lms.credentials.rules.files import Printed


def plain(said: str) -> Printed:
    """Plain bytes in each form, told apart by their first letters."""
    return Printed(
        pdf=f"%PDF {said}".encode(),
        ofd=f"PK {said}".encode(),
        credential=f"{{{said}}}".encode(),
        token=f"ey.{said}".encode(),
    )
