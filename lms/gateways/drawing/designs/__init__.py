"""The designs to choose from: each a module that draws the two layers its own way."""

from collections.abc import Mapping
from typing import Protocol

from lms.credentials.rules import Facts
from lms.credentials.rules.designs import Layout
from lms.gateways.drawing.designs import classic, hills, modern, plain
from lms.gateways.drawing.sheet import Sheet


class Drawing(Protocol):
    """How a design is drawn. `SEAL` is the usual middle of the seal, in millimetres."""

    SEAL: tuple[float, float]

    def static(self, sheet: Sheet, issuer: str, address: str) -> None:
        """Draw what all certificates of an association share."""

    def variable(
        self, sheet: Sheet, facts: Facts, code: tuple[bytes, ...], photo: bytes | None
    ) -> None:
        """Draw what one certificate says."""


DRAWINGS: Mapping[Layout, Drawing] = {
    Layout.CLASSIC: classic,
    Layout.PLAIN: plain,
    Layout.MODERN: modern,
    Layout.HILLS: hills,
}
