"""Make OFD files: what is the same for many once, what differs each time."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape

from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.scene import Scene
from lms.gateways.ofd.content import Content, Font, Image
from lms.gateways.ofd.fonts import cut
from lms.gateways.ofd.parts import Part, deflated, package, packing, stored
from lms.gateways.ofd.seal import SIGNATURES, Sealing, sealed

A4 = (210.0, 297.0)
SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
NUMBER, CODE, PACKING = "Number", "Code", "Packing"
"""Names of what a package says of itself in OFD.xml."""

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_PAGE, _TEMPLATE, _BACK, _BODY, _COLOURS, _SHARED_FONTS, _OWN_FONTS = (
    1, 2, 3, 4, 5, 10, 20,
)  # fmt: skip
"""Numbers in the package. Those of the shared layer's objects begin after 1000."""

_UNSPEAKABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FIRST = 1000
_CLOSELY = 9
"""How hard is pressed what is pressed once."""


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself, beside what is drawn.

    `said` are further labels and words, as the verification page shows them.
    """

    title: str
    author: str
    number: str
    code: str
    made_on: date
    link: str = ""
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layer:
    """A scene that many files share, encoded. `last` is its highest number."""

    parts: tuple[Part, ...]
    last: int


class OfdPrinter:
    """Writes OFD files with the fonts of the house. Units: `size` in millimetres."""

    def __init__(self, fonts: Fonts, size: tuple[float, float] = A4) -> None:
        self._fonts = fonts
        self._size = size

    def encode(self, scene: Scene) -> Layer:
        """Encode what many files share; keep it, for this takes a while."""
        fonts, parts = self._cut(scene, "s", _SHARED_FONTS, _CLOSELY)
        content = Content(fonts, _FIRST)
        body = content.write(scene)
        pictures = [_picture(image) for image in content.images]
        page = self._page(f'<ofd:Layer ID="{_BACK}" Type="Background">', body, "")
        colours = (
            f'<ofd:ColorSpaces><ofd:ColorSpace ID="{_COLOURS}" Type="RGB" '
            'BitsPerComponent="8"/></ofd:ColorSpaces>'
        )
        resources = _resources(colours, fonts, "s", content.images)
        return Layer(
            (
                deflated("Doc_0/PublicRes.xml", resources, _CLOSELY),
                deflated("Doc_0/Tpls/Tpl_0/Content.xml", page, _CLOSELY),
                *parts,
                *pictures,
            ),
            content.last,
        )

    def print(
        self,
        layer: Layer,
        scene: Scene,
        about: About,
        sealing: Sealing | None = None,
        attach: tuple[str, bytes] | None = None,
    ) -> bytes:
        """Write one file: the shared layer below, the scene on it, and the seal.

        Do not draw the seal in a scene: readers draw the picture that `sealing` brings,
        in its box. `attach` is a file (ASCII name, bytes) that the seal covers too.

        Raises: Refused when a seal's key cannot sign.
        """
        fonts, parts = self._cut(scene, "v", _OWN_FONTS)
        content = Content(fonts, layer.last)
        body = content.write(scene)
        below = f'<ofd:Template TemplateID="{_TEMPLATE}" ZOrder="Background"/>'
        page = self._page(f'<ofd:Layer ID="{_BODY}" Type="Body">', body, below)
        resources = _resources("", fonts, "v", content.images)
        parts = [
            deflated("Doc_0/Document.xml", self._document(content.last, attach)),
            deflated("Doc_0/DocumentRes.xml", resources),
            deflated("Doc_0/Pages/Page_0/Content.xml", page),
            *parts,
            *(_picture(image) for image in content.images),
            *(_attached(attach, about.made_on) if attach else ()),
            *layer.parts,
        ]
        return package(sealed(parts, lambda all_: _root(about, all_, sealing), sealing))

    def _cut(
        self, scene: Scene, prefix: str, first: int, level: int = 6
    ) -> tuple[dict[str, Font], list[Part]]:
        fonts, parts = {}, []
        for n, (key, characters) in enumerate(scene.characters().items()):
            face = self._fonts.face(key)
            made = cut(face, characters)
            fonts[key] = Font(first + n, face, made.glyphs)
            name = f"Doc_0/Res/{prefix}_{key}.ttf"
            parts.append(deflated(name, made.data, level))
        return fonts, parts

    def _area(self) -> str:
        wide, high = self._size
        return f"<ofd:PhysicalBox>0 0 {wide:g} {high:g}</ofd:PhysicalBox>"

    def _page(self, layer: str, body: str, below: str) -> bytes:
        return (
            f"{_HEAD}<ofd:Page {SPACE}>{below}<ofd:Area>{self._area()}</ofd:Area>"
            f"<ofd:Content>{layer}{body}</ofd:Layer></ofd:Content></ofd:Page>"
        ).encode()

    def _document(self, last: int, attach: tuple[str, bytes] | None) -> bytes:
        enclosed = "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>"
        return (
            f"{_HEAD}<ofd:Document {SPACE}><ofd:CommonData>"
            f"<ofd:MaxUnitID>{last + 1}</ofd:MaxUnitID>"
            f"<ofd:PageArea>{self._area()}</ofd:PageArea>"
            "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
            "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
            f'<ofd:TemplatePage ID="{_TEMPLATE}" ZOrder="Background" '
            'BaseLoc="Tpls/Tpl_0/Content.xml"/>'
            f"<ofd:DefaultCS>{_COLOURS}</ofd:DefaultCS></ofd:CommonData>"
            f'<ofd:Pages><ofd:Page ID="{_PAGE}" BaseLoc="Pages/Page_0/Content.xml"/>'
            f"</ofd:Pages>{enclosed if attach else ''}</ofd:Document>"
        ).encode()


def _resources(
    more: str, fonts: Mapping[str, Font], prefix: str, images: Iterable[Image]
) -> bytes:
    listed = "".join(
        f'<ofd:Font ID="{font.number}" FontName="{escape(font.face.name)}" '
        f'FamilyName="{escape(font.face.name)}">'
        f"<ofd:FontFile>{prefix}_{key}.ttf</ofd:FontFile></ofd:Font>"
        for key, font in fonts.items()
    )
    pictured = "".join(
        f'<ofd:MultiMedia ID="{image.number}" Type="Image" '
        f'Format="{_FORMATS[image.kind]}">'
        f"<ofd:MediaFile>{image.number}.{image.kind}</ofd:MediaFile></ofd:MultiMedia>"
        for image in images
    )
    if listed:
        more += f"<ofd:Fonts>{listed}</ofd:Fonts>"
    if pictured:
        more += f"<ofd:MultiMedias>{pictured}</ofd:MultiMedias>"
    return f'{_HEAD}<ofd:Res {SPACE} BaseLoc="Res">{more}</ofd:Res>'.encode()


_FORMATS = {"jpg": "JPEG", "png": "PNG"}


def _picture(image: Image) -> Part:
    return stored(f"Doc_0/Res/{image.number}.{image.kind}", image.data)


def _attached(attach: tuple[str, bytes], on: date) -> tuple[Part, Part]:
    name, content = attach
    stem, _, kind = name.rpartition(".")
    listing = (
        f'{_HEAD}<ofd:Attachments {SPACE}><ofd:Attachment ID="t001" '
        f'Name="{escape(stem)}" Format="{escape(kind)}" '
        f'CreationDate="{on.isoformat()}T00:00:00+08:00" '
        f'Size="{len(content) / 1024:.2f}" Visible="true">'
        f"<ofd:FileLoc>/Doc_0/Attachs/{escape(name)}</ofd:FileLoc>"
        "</ofd:Attachment></ofd:Attachments>"
    ).encode()
    return (
        deflated("Doc_0/Attachs/Attachments.xml", listing),
        deflated(f"Doc_0/Attachs/{name}", content),
    )


def _root(about: About, parts: Iterable[Part], sealing: Sealing | None) -> Part:
    """Write OFD.xml. It is stored, so that a digest of it is one of its bytes."""
    told = {NUMBER: about.number, CODE: about.code, **about.said}
    told[PACKING] = packing(parts)
    custom = "".join(
        f'<ofd:CustomData Name="{_words(name)}">{_words(value)}</ofd:CustomData>'
        for name, value in told.items()
    )
    mark = hashlib.sha256(f"{about.number} {about.code}".encode()).hexdigest()[:32]
    signatures = f"<ofd:Signatures>{SIGNATURES}</ofd:Signatures>" if sealing else ""
    subject = f"<ofd:Subject>{_words(about.link)}</ofd:Subject>" if about.link else ""
    return stored(
        "OFD.xml",
        (
            f'{_HEAD}<ofd:OFD {SPACE} Version="1.0" DocType="OFD"><ofd:DocBody>'
            f"<ofd:DocInfo><ofd:DocID>{mark}</ofd:DocID>"
            f"<ofd:Title>{_words(about.title)}</ofd:Title>"
            f"<ofd:Author>{_words(about.author)}</ofd:Author>{subject}"
            f"<ofd:CreationDate>{about.made_on.isoformat()}</ofd:CreationDate>"
            "<ofd:Creator>Xueshi</ofd:Creator>"
            f"<ofd:CustomDatas>{custom}</ofd:CustomDatas></ofd:DocInfo>"
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
            f"{signatures}</ofd:DocBody></ofd:OFD>"
        ).encode(),
    )


def _words(text: str) -> str:
    """Write words into XML, less what XML has no place for."""
    return escape(_UNSPEAKABLE.sub("", text))
