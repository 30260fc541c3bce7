"""Files as the reader sees them, and what it says of them."""

from __future__ import annotations

from collections.abc import Callable

from lms.credentials.rules.files import Finding, Reading
from lms.gateways.ofd.archive import Package
from lms.gateways.ofd.parts import Part, package
from lms.gateways.ofd.reading import read
from tests.gateways.ofd import ground


def finding(reading: Reading, code: str) -> Finding:
    return next(one for one in reading.findings if one.code == code)


def why(reading: Reading, code: str = "ofd.covered") -> str:
    found = finding(reading, code)
    assert found.holds is False
    assert not reading.sound
    return found.facts["why"]


def seen(data: bytes) -> Reading:
    return read(data, ground.trust())


def parts() -> dict[str, Part]:
    return dict(Package(ground.issued()).parts)


def repacked(change: Callable[[dict[str, Part]], object]) -> bytes:
    """Change entries and write the package again as a careful forger would."""
    found = parts()
    change(found)
    return package(found.values())
