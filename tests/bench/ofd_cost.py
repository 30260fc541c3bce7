"""What one sealed OFD costs beside what cannot be spared. Units: milliseconds of CPU.

The floor is the press over the new font and page, the digest of what is new, and one
signature with SM2. `python -m tests.bench.ofd_cost` prints the line alone.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from dataclasses import replace

from lms.credentials.rules import number
from lms.gateways.ofd.archive import Package
from lms.gateways.ofd.parts import DEFLATED, sm3
from lms.gateways.ofd.reading import read
from lms.gateways.signing import sm2
from tests.gateways.ofd import ground

TIMES = 60
SHARED = ("Doc_0/Tpls/", "Doc_0/Res/s_", "Doc_0/PublicRes", "Doc_0/Signs/")


def mean(act: Callable[[int], object]) -> float:
    """Charge each of many acts, after enough of them to warm up."""
    for turn in range(10):
        act(turn)
    begun = time.process_time()
    for turn in range(TIMES):
        act(turn)
    return (time.process_time() - begun) * 1000 / TIMES


def of() -> tuple[float, float]:
    """Draw, write and seal certificates of different people; give cost and floor."""
    layer, sealing = ground.layer(), ground.sealing()

    def one(turn: int) -> bytes:
        name = "欧阳" + "建国志远明月清风"[turn % 8]
        facts = replace(ground.FACTS, name=name, number=number("BTJX", 2026, turn))
        return ground.printer().print(
            layer,
            ground.variable(facts),
            ground.about(facts),
            sealing,
            ground.ATTACHED,
        )

    new = contents(one(0))
    return mean(one), mean(lambda _: floor(new))


def floor(new: list[bytes]) -> None:
    """Do only what no writer could leave out."""
    for content in new:
        zlib.compress(content, 6)
        sm3(content)
    sm2.sign(ground.key(), bytes(32))


def contents(data: bytes) -> list[bytes]:
    """Give what differs from file to file, and is not a picture as it came."""
    opened = Package(data)
    return [
        opened.content(part.name)
        for part in opened.parts.values()
        if part.method == DEFLATED and not part.name.startswith(SHARED)
    ]


def of_reading() -> float:
    """Read a sealed file whole."""
    data, trust = ground.issued(), ground.trust()
    return mean(lambda _: read(data, trust))


if __name__ == "__main__":
    cost, least = of()
    print(
        f"certificate OFD, sealed {cost:.2f} ms, floor {least:.2f}: {cost / least:.1f}"
    )
    print(f"reading an OFD {of_reading():.2f} ms")
