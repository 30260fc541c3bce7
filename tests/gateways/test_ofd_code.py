"""The code that a sealed OFD shows is read from its drawing, or not at all."""

from __future__ import annotations

import pytest

from lms.gateways.drawing.codes import qr_rows
from lms.gateways.drawing.scene import Squares
from lms.gateways.ofd.archive import Package
from lms.gateways.ofd.code import code
from lms.gateways.ofd.parts import deflated, package
from tests.gateways.ofd import ground

PAGE = "Doc_0/Pages/Page_0/Content.xml"
LINK = f"{ground.HOST}/v/{ground.FACTS.token}"


def with_page(was: bytes, now: bytes) -> bytes:
    found = Package(ground.issued())
    content = found.content(PAGE)
    assert was in content
    parts = dict(found.parts)
    parts[PAGE] = deflated(PAGE, content.replace(was, now))
    return package(parts.values())


def drawn(text: str) -> bytes:
    runs = Squares(0, 0, 1, qr_rows(text)).runs()
    return " ".join(
        f"M {x} {y} L {x + n} {y} L {x + n} {y + 1} L {x} {y + 1} C" for x, y, n in runs
    ).encode()


def test_it_reads_what_was_printed() -> None:
    assert code(ground.issued()) == LINK


def test_it_reads_the_longest_that_a_certificate_bears() -> None:
    long = f"{LINK}#{'aZ9-_' * 60}"

    assert code(with_page(drawn(LINK), drawn(long))) == long


@pytest.mark.parametrize(
    "shape",
    [b"", b"M 0 0 L 1 1", drawn(LINK)[:-9], drawn(LINK).replace(b"M 0 0", b"M 0 99")],
    ids=["nothing", "a line", "cut short", "beside itself"],
)
def test_what_is_no_code_is_none(shape: bytes) -> None:
    assert code(with_page(drawn(LINK), shape)) == ""


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"%PDF-1.7"])
def test_what_is_no_package_has_none(data: bytes) -> None:
    assert code(data) == ""
