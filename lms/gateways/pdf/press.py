"""Draw scenes on a reportlab canvas, and keep what is drawn again and again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from lms.gateways.drawing.scene import (
    Ink,
    Item,
    Mark,
    Path,
    Photo,
    Scene,
    Squares,
    Step,
    Text,
    Use,
)
from lms.gateways.pdf import enclosing, pades
from lms.gateways.pdf.embedded import EmbeddedFont
from lms.gateways.pdf.enclosing import Attachment
from lms.gateways.pdf.joining import put
from lms.gateways.pdf.pades import Signing
from lms.gateways.pdf.tags import Placed, Strand

rl_config.useA85 = 0  # binary streams: a quarter smaller and 8 ms faster

MM = enclosing.MM
_FAR = 2000
_LETTERS = {"M": "m", "L": "l", "C": "c", "Z": "h"}
_PAINT = {(True, True): "B", (True, False): "f", (False, True): "S"}


@dataclass(frozen=True, slots=True)
class Layer:
    """Forms and fonts of a scene, encoded: objects by number, fonts by name.

    `marks` are the parts that the form has for who cannot see.
    """

    form: str
    objects: tuple[tuple[str, bytes], ...]
    fonts: tuple[tuple[str, str], ...]
    marks: tuple[Mark, ...] = ()


class Press(Canvas):
    """A canvas that draws scenes. Units: scenes in millimetres, y down."""

    _doc: Any
    _code: list[str]
    _formsinuse: list[str]

    def __init__(
        self, size: tuple[float, float], fonts: dict[str, EmbeddedFont]
    ) -> None:
        self.out = BytesIO()
        self._fonts = fonts
        self._high = size[1] * MM
        self._strand = Strand()
        self._placed: list[Placed] = []
        self._marked: dict[str, tuple[Mark, ...]] = {}
        super().__init__(
            self.out,
            pagesize=(size[0] * MM, self._high),
            pageCompression=1,
            invariant=1,
            initialFontName=next(iter(fonts.values())).fontName,  # type: ignore[arg-type]  # reportlab takes a name
            pdfVersion=(1, 7),
            lang="zh-CN",
        )

    # -- layers -----------------------------------------------------------------

    def encode(self, form: str, scene: Scene) -> Layer:
        """Draw a scene as a form and give its objects as bytes.

        Their numbers hold in any document that takes the layer up in the same place:
        first of all, and in the same order.
        """
        first = self._doc.objectcounter + 1
        self._symbols(scene)
        self._strand, page = Strand(), self._strand
        self.beginForm(form)
        self._draw(scene.items)
        self.endForm()
        marks, self._strand = tuple(self._strand.marks), page
        if marks:
            self._lead(form)
        listed = self._doc.idToObject[pdfdoc.BasicFonts].dict
        before = set(listed)
        for font in self._doc.delayedFonts:
            font.addObjects(self._doc)
        self._doc.delayedFonts = []
        objects = []
        number = first
        while number <= self._doc.objectcounter:
            name = self._doc.numberToId[number]
            objects.append((name, self._doc.idToObject[name].format(self._doc)))
            number += 1
        fonts = tuple((key, f"{key}.font") for key in listed if key not in before)
        return Layer(form, tuple(objects), fonts, marks)

    def _lead(self, form: str) -> None:
        """Let a form lead into the tree of parts, by its own object's number."""
        drawn = self._doc.idToObject[pdfdoc.xObjectName(form)]
        key = pdfdoc.PDFDictionary({"StructParents": self._number(form)})
        drawn.Contents = pdfdoc.PDFStream(key, drawn.stream)

    def _number(self, form: str) -> int:
        name = pdfdoc.xObjectName(form)
        number: int = self._doc.idToObjectNumberAndVersion[name][0]
        return number

    def take(self, layers: Iterable[Layer]) -> None:
        """Take encoded layers up, before anything is drawn."""
        listed = self._doc.idToObject[pdfdoc.BasicFonts].dict
        for layer in layers:
            for name, raw in layer.objects:
                put(self._doc, raw, name)
            for key, name in layer.fonts:
                listed[key] = pdfdoc.PDFObjectReference(name)
            self._marked[layer.form] = layer.marks

    # -- drawing ----------------------------------------------------------------

    def draw(self, scene: Scene) -> None:
        """Draw a scene on the page."""
        self._symbols(scene)
        self._draw(scene.items)

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        """End the page, and note which parts of the text lie on it."""
        marks, forms = tuple(self._strand.marks), list(self._formsinuse)
        super().showPage()
        page = self._doc.Pages.pages[-1]
        name = f"Page{self._doc.pageCounter - 1}"
        number = self._doc.idToObjectNumberAndVersion[name][0]
        if marks:
            page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
            page.StructParents, page.Tabs = number, "/S"
            self._placed.append(Placed(marks, number, number))
        for form in dict.fromkeys(forms):
            within = self._marked.pop(form, ())
            if within:
                stream = self._number(form)
                self._placed.append(Placed(within, stream, number, stream=stream))
        self._strand = Strand()

    def finish(
        self, attach: Sequence[Attachment] = (), signing: Signing | None = None
    ) -> bytes:
        """End the page and the document, with files in it and a signature over all.

        The seal is the signature's picture on the first page: it lies over the text
        as ink does, so nobody draws its form beside.

        Raises: Unavailable when a key lies outside and nobody answers there.
        """
        self.showPage()
        enclosing.attach(self._doc, attach)
        tagged = bool(self._placed)
        if signing:
            field = enclosing.sign(self._doc, signing, self._high, tagged=tagged)
            self._placed += [*self._worn(signing, field), field]
        if tagged:
            enclosing.tag(self._doc, self._placed)
            enclosing.describe(self._doc)
        self.save()
        whole = self.out.getvalue()
        if signing is None:
            return whole
        at = self._doc.idToOffset[enclosing.FIELD]
        return pades.signed(whole, at, signing.key)

    def _worn(self, signing: Signing, field: Placed) -> Iterator[Placed]:
        """Give the parts of the seal that a field shows."""
        form = signing.seal.form if signing.seal else ""
        if within := self._marked.pop(form, ()):
            key = self._number(form)
            yield Placed(within, key, field.page, stream=key, owner=field.widget)

    def _symbols(self, scene: Scene) -> None:
        for name, paths in scene.symbols.items():
            self.beginForm(name, -_FAR, -_FAR, _FAR, _FAR)
            for path in paths:
                self._path(path)
            self.endForm()

    def _draw(self, items: Sequence[Item]) -> None:
        marked = any(isinstance(item, Mark) for item in items)
        if marked and not isinstance(items[0], Mark):
            self._code.append(self._strand.begin(Mark()))  # decoration, until a mark
        turned = False
        for item in items:
            wants = not isinstance(item, Text | Photo | Ink | Mark)
            if wants != turned:
                self._turn(down=wants)
                turned = wants
            self._one(item)
        if turned:
            self._turn(down=False)
        if end := self._strand.end():
            self._code.append(end)

    def _one(self, item: Item) -> None:
        match item:
            case Path():
                self._path(item)
            case Text():
                self._text(item)
            case Use():
                self._use(item)
            case Squares():
                self._squares(item)
            case Photo():
                self._photo(item)
            case Ink():
                self._ink(item)
            case Mark():
                self._code.append(self._strand.begin(item))

    def _turn(self, *, down: bool) -> None:
        """Enter or leave the scene's own axes."""
        flip = f"q {_n(MM)} 0 0 {_n(-MM)} 0 {_n(self._high)} cm"
        self._code.append(flip if down else "Q")

    def _path(self, path: Path) -> None:
        code = []
        if path.fill:
            code.append(" ".join(map(_n, path.fill)) + " rg")
        if path.stroke:
            colour = " ".join(map(_n, path.stroke))
            code.append(f"{colour} RG {_n(path.width)} w")
        code.append(_steps(path.steps))
        code.append(_PAINT[bool(path.fill), bool(path.stroke)])
        self._code.append("\n".join(code))

    def _text(self, item: Text) -> None:
        font = self._fonts[item.font]
        colour = " ".join(map(_n, item.colour))
        # The spacing outlives ET, so each text sets its own.
        self._code.append(
            f"BT /{font.fontName} {_n(item.size * MM)} Tf {colour} rg "
            f"{_n(item.spacing * MM)} Tc "
            f"1 0 0 1 {_n(item.x * MM)} {_n(self._high - item.y * MM)} Tm "
            f"<{font.codes(item.text, self._doc).hex()}> Tj ET"
        )

    def _use(self, item: Use) -> None:
        for placing in item.placings:
            self._code.append("q " + " ".join(map(_n, placing)) + " cm")
            self.doForm(item.symbol)
            self._code.append("Q")

    def _squares(self, item: Squares) -> None:
        unit = item.size / len(item.rows)
        runs = "\n".join(f"{x} {y} {n} 1 re" for x, y, n in item.runs())
        self._code.append(
            f"q {unit:.5f} 0 0 {unit:.5f} {_n(item.x)} {_n(item.y)} cm 0.08 g\n"
            f"{runs}\nf Q"
        )

    def _photo(self, item: Photo) -> None:
        """Embed a JPEG as it is: nothing is decoded."""
        image = pdfdoc.PDFImageXObject("photo")
        if not image.loadImageFromJPEG(BytesIO(item.jpeg)):
            raise ValueError("the photo is not a JPEG")
        self._doc.Reference(image, pdfdoc.xObjectName("photo"))
        self._code.append(
            f"q {_n(item.width * MM)} 0 0 {_n(item.height * MM)} {_n(item.x * MM)} "
            f"{_n(self._high - (item.y + item.height) * MM)} cm"
        )
        self.doForm("photo")
        self._code.append("Q")

    def _ink(self, item: Ink) -> None:
        """Embed a signature with what is transparent in it, left and middle."""
        self.drawImage(
            ImageReader(BytesIO(item.png)),
            item.x * MM,
            self._high - (item.y + item.height) * MM,
            item.width * MM,
            item.height * MM,
            mask="auto",
            preserveAspectRatio=True,
            anchor="w",
        )

    def dated(self, stamp: str) -> None:
        """Say when the document was made, instead of reading a clock."""
        self._doc.setDateFormatter(lambda *_parts: stamp)


def _steps(steps: tuple[Step, ...]) -> str:
    return "\n".join(
        f"{' '.join(map(_n, numbers))} {_LETTERS[letter]}" for letter, numbers in steps
    )


def _n(value: float) -> str:
    """Write a number as PDF likes it: short, no exponent."""
    text = f"{value:.3f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
