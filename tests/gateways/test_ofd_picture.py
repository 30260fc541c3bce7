"""What our viewer shows of an OFD, beside what others show of the PDF."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp
from lxml import etree
from PIL import Image
from playwright.sync_api import sync_playwright

from lms.credentials.rules.designs import DEFAULT
from lms.gateways.drawing import diploma
from lms.gateways.ofd.archive import Package, Unreadable
from lms.gateways.ofd.parts import deflated, package, stored
from lms.gateways.ofd.picture import picture
from lms.gateways.pdf.press import Press
from lms.gateways.pdf.registered import Registered
from tests import browser
from tests.gateways.ofd import ground
from tests.make import pictures

PAGE = "Doc_0/Pages/Page_0/Content.xml"
WIDE, HIGH = 840, 1188
SVG = "{http://www.w3.org/2000/svg}"


def drawn(data: bytes) -> Any:
    return etree.fromstring(picture(data).encode())


def with_page(change: tuple[bytes, bytes]) -> bytes:
    """The package with its page changed, whatever the seal says to it."""
    found = Package(ground.issued())
    content = found.content(PAGE)
    assert change[0] in content
    parts = dict(found.parts)
    parts[PAGE] = deflated(PAGE, content.replace(*change))
    return package(parts.values())


def test_it_shows_all_that_the_file_holds() -> None:
    root = drawn(ground.issued())

    assert root.get("viewBox") == "0 0 210 297"
    assert ground.FACTS.number in root.findtext(f"{SVG}title")
    images = [one.get("href").partition(",")[0] for one in root.iter(f"{SVG}image")]
    assert images == ["data:image/jpeg;base64", "data:image/png;base64"]
    # Letters are shapes: each that is written twice is defined once.
    assert len(root.findall(f"{SVG}defs/{SVG}path")) > 50
    assert root.find(f".//{SVG}text") is None


def test_it_is_drawn_from_the_file_and_not_from_the_book() -> None:
    """Another word in the file's page is another picture."""
    changed = picture(with_page(("92 分".encode(), "29 分".encode())))

    assert changed != picture(ground.issued())
    assert len(changed) == pytest.approx(len(picture(ground.issued())), rel=0.05)


def test_nothing_in_it_can_run_or_fetch() -> None:
    for data in (ground.issued(), ground.registered()):
        root = drawn(data)
        assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
            "svg", "title", "defs", "path", "use", "image",
        }  # fmt: skip
        for one in root.iter():
            assert not any(name.startswith("on") for name in one.attrib)
            assert "style" not in one.attrib
            assert re.match(r"#|data:image/(png|jpeg);base64,|$", one.get("href", ""))


@pytest.mark.parametrize(
    "change",
    [
        (b"<ofd:AbbreviatedData>M", b'<ofd:AbbreviatedData>"&gt;&lt;script&gt;M'),
        (b'Size="5.6"', b'Size="1e999"'),
        (b'Size="5.6"', b'Size="nan"'),
        (b' Font="20"', b' Font="99"'),
        (b' ResourceID="', b' ResourceID="9'),
    ],
    ids=lambda change: change[1].decode(),
)
def test_what_cannot_be_shown_is_refused_and_never_guessed(
    change: tuple[bytes, bytes],
) -> None:
    with pytest.raises(Unreadable):
        picture(with_page(change))


def test_a_font_that_is_none_is_refused() -> None:
    found = dict(Package(ground.issued()).parts)
    name = "Doc_0/Res/v_kai.ttf"
    for junk in (b"", b"\0" * 400, b"OTTO" + bytes(range(256))):
        found[name] = stored(name, junk)
        with pytest.raises(Unreadable):
            picture(package(found.values()))


def test_words_of_the_title_stay_words() -> None:
    """A title with marks in it does not become part of the drawing."""
    found = dict(Package(ground.issued()).parts)
    root = found["OFD.xml"].packed
    changed = root.replace("继续教育".encode(), b"&lt;script&gt;&amp;", 1)
    found["OFD.xml"] = stored("OFD.xml", changed)

    told = drawn(package(found.values())).findtext(f"{SVG}title")

    assert told.startswith("<script>&")


# -- beside the PDF -------------------------------------------------------------------


def pdf() -> bytes:
    """The same scenes as PDF, with the seal that the OFD's seal pictures."""
    size = (diploma.WIDTH, diploma.HEIGHT)
    press = Press(size, Registered(ground.fonts(), "ofd-fixed"))
    stamp = diploma.stamp(ground.fonts(), DEFAULT, ground.ISSUER)
    layers = (press.encode("page", ground.static()), press.encode("seal", stamp))
    press = Press(size, Registered(ground.fonts(), "ofd-free"))
    press.take(layers)
    press.doForm(layers[0].form)
    press.draw(ground.variable())
    press.doForm(layers[1].form)
    return press.finish()


def shot(svg: str, folder: Path) -> Image.Image:
    page_file = folder / "page.html"
    page_file.write_text(f"<!doctype html><body style='margin:0'>{svg}</body>")
    with sync_playwright() as playwright:
        chromium = browser.launched(playwright)
        page = chromium.new_page(
            viewport={"width": WIDE, "height": HIGH}, device_scale_factor=2
        )
        page.goto(page_file.as_uri())
        data = page.screenshot()
        chromium.close()
    return Image.open(io.BytesIO(data))


def grey(image: Image.Image) -> Any:
    """As seen at arm's length: hair lines blend, words and shapes stay."""
    small = image.convert("L").resize((WIDE // 2, HIGH // 2), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float64)


def alike(one: Any, other: Any) -> float:
    """Structural similarity, 1 for the same picture.

    Source: Wang, Bovik, Sheikh, Simoncelli, 2004.
    """

    def blur(field: Any) -> Any:
        return cv2.GaussianBlur(field, (11, 11), 1.5)

    a, b = blur(one), blur(other)
    spread_a, spread_b = blur(one * one) - a * a, blur(other * other) - b * b
    common = blur(one * other) - a * b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    top = (2 * a * b + c1) * (2 * common + c2)
    return float((top / ((a * a + b * b + c1) * (spread_a + spread_b + c2))).mean())


@pytest.mark.browser
def test_the_ofd_looks_like_the_pdf(tmp_path: Path) -> None:
    ours = shot(picture(ground.issued()), tmp_path)
    rendered = pypdfium2.PdfDocument(pdf())[0].render(scale=4 * WIDE / 595.28)
    theirs = rendered.to_pil()
    ours.save(tmp_path / "ofd.png")

    same = alike(grey(ours), grey(theirs))
    other = alike(
        grey(shot(picture(ground.certificate("王五六")), tmp_path)), grey(ours)
    )

    assert same > 0.98
    assert other > same  # two certificates of one house differ in a name only
    assert zxingcpp.read_barcodes(ours)[0].text == (
        f"{ground.HOST}/v/{ground.FACTS.token}"
    )


@pytest.mark.browser
def test_a_missing_layer_would_be_seen(tmp_path: Path) -> None:
    """The negative control: without the name or the seal it is less alike."""
    theirs = grey(pypdfium2.PdfDocument(pdf())[0].render(scale=4).to_pil())
    whole = picture(ground.issued())
    unsealed = re.sub(r'<image class="ofd-seal"[^>]*>', "", whole)
    assert unsealed != whole

    assert alike(grey(shot(unsealed, tmp_path)), theirs) < (
        alike(grey(shot(whole, tmp_path)), theirs) - 0.005
    )


@pytest.mark.browser
def test_a_signature_by_hand_is_shown_in_its_place(tmp_path: Path) -> None:
    image = shot(picture(ground.registered()), tmp_path)
    scale = image.width / 210

    box = tuple(round(v * scale) for v in (58, 203.8, 82, 215.8))
    found = np.asarray(image.convert("L").crop(box))  # type: ignore[arg-type]  # a box of four

    assert pictures.signature_png()
    assert (found < 90).sum() > 300
