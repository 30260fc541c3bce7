"""What one signed PDF costs beside what cannot be spared. Units: milliseconds of CPU.

The floor is the press over what is new (page, glyphs, credential), the digest of the
whole file, and one signature on P-256. `python -m tests.bench.pdf_cost` prints it.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf

from lms.credentials.rules import number
from lms.credentials.rules.designs import DEFAULT
from lms.gateways.drawing import diploma
from lms.gateways.drawing.codes import qr_rows
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.ofd.writer import About
from lms.gateways.pdf import reading
from lms.gateways.printing.forms import Forms, Shared, Sheet
from lms.gateways.signing import signers
from tests.gateways.ofd import ground
from tests.make import pictures, pki

TIMES = 60


def mean(act: Callable[[int], object]) -> float:
    """Charge each of many acts, after enough of them to warm up."""
    for turn in range(10):
        act(turn)
    begun = time.process_time()
    for turn in range(TIMES):
        act(turn)
    return (time.process_time() - begun) * 1000 / TIMES


@cache
def _fonts() -> Fonts:
    return Fonts(Path(tempfile.gettempdir()) / "xueshi-test-fonts" / "fonts")


@cache
def _forms() -> tuple[Forms, Shared]:
    forms, fonts = Forms(_fonts(), "bench"), _fonts()
    shared = forms.share(
        diploma.static(fonts, DEFAULT, ground.ISSUER, f"{ground.HOST}/verify"),
        diploma.stamp(fonts, DEFAULT, ground.ISSUER),
        diploma.seal_place(DEFAULT),
    )
    return forms, shared


def signed(turn: int) -> bytes:
    """Draw, tag and sign one certificate, its credential within."""
    forms, shared = _forms()
    name = "欧阳" + "建国志远明月清风"[turn % 8]
    facts = replace(ground.FACTS, name=name, number=number("BTJX", 2026, turn))
    about: About = ground.about(facts)
    scene = diploma.variable(
        _fonts(), DEFAULT, facts, qr_rows(about.link), pictures.inch_jpeg()
    )
    sheet = Sheet(shared, scene, about, ground.ATTACHED)
    return forms.pdf(sheet, pki.document_key(), pki.SIGNED_AT)


def of() -> tuple[float, float]:
    """Draw, tag and sign certificates of different people; give cost and floor."""
    one = signed(0)
    new = streams(one)
    return mean(signed), mean(lambda _: floor(one, new))


def floor(whole: bytes, new: list[bytes]) -> None:
    """Do only what no writer could leave out."""
    for content in new:
        zlib.compress(content, 6)
    signers.ecdsa_sign(pki.document_key(), hashlib.sha256(whole).digest())


def streams(data: bytes) -> list[bytes]:
    """Give the streams that differ from file to file, unpacked."""
    with pikepdf.open(BytesIO(data)) as pdf:
        page = pdf.pages[0]
        found = [page.Contents.read_bytes()]
        found += [held.get_file().read_bytes() for held in pdf.attachments.values()]
        for name, font in page.Resources.Font.items():
            if "free" in name:
                within = font.DescendantFonts[0].FontDescriptor
                found += [within.FontFile2.read_bytes(), font.ToUnicode.read_bytes()]
        return found


def of_reading() -> float:
    """Judge a signed file whole."""
    data, trust = signed(0), pki.trust(pki.document_key())
    return mean(lambda _: reading.read(data, trust))


if __name__ == "__main__":
    cost, least = of()
    print(
        f"certificate PDF, signed {cost:.2f} ms, floor {least:.2f}: {cost / least:.1f}"
    )
    print(f"reading a PDF {of_reading():.2f} ms")
