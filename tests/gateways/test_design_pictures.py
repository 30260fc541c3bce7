"""The four designs as PDF, OFD and drawing for pages, by readers that are not ours."""

from __future__ import annotations

import io
import re
from itertools import combinations

import ofdkit
import pypdfium2
import pytest
import zxingcpp
from lxml import etree
from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import sync_playwright

from lms.credentials.rules.designs import Design, Layout
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.previews import Previews, specimen
from lms.gateways.drawing.scene import Scene, Text
from lms.gateways.drawing.svg import svg
from lms.gateways.ofd.picture import picture
from lms.gateways.ofd.writer import About, OfdPrinter
from lms.gateways.pdf.press import Press
from lms.gateways.pdf.registered import Registered
from tests import browser
from tests.gateways.specimens import EVERYTHING, HOST, ISSUER, SIZE, Drawn, drawn, logo

each = pytest.mark.parametrize("layout", list(Layout))


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Fonts:
    return Fonts(tmp_path_factory.mktemp("fonts"))


@pytest.fixture(scope="session")
def previews(tmp_path_factory: pytest.TempPathFactory) -> Previews:
    return Previews(tmp_path_factory.mktemp("previews"), HOST)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def pdf(fonts: Fonts, one: Drawn) -> bytes:
    press = Press(SIZE, Registered(fonts, "designs"))
    for scene in (one.page, one.free, one.stamp):
        press.draw(scene)
    return press.finish()


def raster(data: bytes, dpi: int = 288) -> Image.Image:
    picture = pypdfium2.PdfDocument(data)[0].render(scale=dpi / 72).to_pil()
    assert isinstance(picture, Image.Image)
    return picture.convert("RGB")


def test_the_four_designs_are_four_pictures(fonts: Fonts) -> None:
    shown = {
        layout: raster(pdf(fonts, drawn(fonts, Design(layout=layout))))
        for layout in Layout
    }
    for page in shown.values():
        grey = page.convert("L")
        ink = sum(grey.histogram()[:200]) / (grey.width * grey.height)
        assert 0.02 < ink < 0.5
        (code,) = zxingcpp.read_barcodes(page)
        assert code.text.startswith(HOST)
    for a, b in combinations(shown.values(), 2):
        assert difference(a, b) > 4


def difference(a: Image.Image, b: Image.Image) -> float:
    """Say how far two pictures are apart on the whole. Units: of 255."""
    one, other = (
        p.convert("L").resize((397, 561)).filter(ImageFilter.BoxBlur(1)) for p in (a, b)
    )
    histogram = ImageChops.difference(one, other).histogram()
    return sum(i * n for i, n in enumerate(histogram)) / sum(histogram)


@each
def test_a_drawing_for_pages_holds_nothing_that_runs_or_is_fetched(
    previews: Previews, layout: Layout
) -> None:
    text = previews.preview(Design(layout=layout, logo=logo()), ISSUER)
    root = etree.fromstring(text)

    assert {etree.QName(one).localname for one in root.iter()} <= {
        "svg", "defs", "g", "path", "use", "image",
    }  # fmt: skip
    for one in root.iter():
        assert not {name for name in one.attrib if name.startswith("on")}
        assert "style" not in one.attrib
        assert re.match(r"#|data:image/(png|jpeg);base64,|$", one.get("href", ""))
    assert len(text) < 400_000


def test_every_letter_is_drawn_once_and_used_again(fonts: Fonts) -> None:
    scene = Scene()
    scene.add(Text("kai", 5, 10, 10, "学学学", (0, 0, 0)))
    scene.add(Text("kai", 9, 10, 30, "学", (0, 0, 0)))
    scene.add(Text("song", 9, 10, 50, "学 ", (0, 0, 0)))

    text = svg(fonts, (scene,), SIZE)

    assert text.count("<path id=") == 2
    assert text.count("<use ") == 5


@each
def test_the_ofd_says_what_the_pdf_says(fonts: Fonts, layout: Layout) -> None:
    facts = specimen(ISSUER)
    one = drawn(fonts, Design(layout=layout, logo=logo(), shown=EVERYTHING))
    printer = OfdPrinter(fonts)
    about = About("合格证", ISSUER, facts.number, facts.token, facts.issued_on)
    data = printer.print(printer.encode(one.page), one.free, about)
    text = squeezed(ofdkit.extract_text(data))
    shown = squeezed(reader_text(pdf(fonts, one)))

    for words in (
        facts.name, facts.number, facts.id_masked, facts.registration_no, ISSUER,
        "二〇二六年十一月二十一日", "考核成绩", "90.5学时",
    ):  # fmt: skip
        assert words in text
        assert words in shown
    assert picture(data).count("<image ") == 2


def reader_text(data: bytes) -> str:
    return str(pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range())


@pytest.mark.browser
@each
def test_the_drawing_for_pages_looks_like_the_pdf(fonts: Fonts, layout: Layout) -> None:
    accent = {"modern": "#17406d", "hills": "#24564a"}.get(layout.value, "#9c171a")
    one = drawn(fonts, Design(layout=layout, accent=accent, logo=logo()))
    text = svg(fonts, (one.page, one.free, one.stamp), SIZE)
    with sync_playwright() as playwright:
        chromium = browser.launched(playwright)
        page = chromium.new_page(viewport={"width": 794, "height": 1123})
        page.set_content(f"<body style='margin:0'>{text}</body>")
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        chromium.close()
    paper = raster(pdf(fonts, one)).resize(shot.size)

    assert difference(shot, paper) < 2.5
    assert difference(shot, Image.new("RGB", shot.size, "white")) > 4
