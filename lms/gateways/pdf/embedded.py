"""Fonts embedded in a PDF, cut down to the characters that the document uses.

reportlab's own TrueType support splits a font into pieces of 256 glyphs, copies the
whole file for each and writes a wrong ToUnicode beyond the BMP, so that 𬀩 would be
copied as another character. This is a composite font (Identity-H): one piece, two
bytes a character, and every character copies as itself.
"""

from collections.abc import Iterable
from weakref import WeakKeyDictionary

from reportlab.pdfbase import pdfdoc, pdfmetrics

from lms.gateways.drawing.faces import Face
from lms.gateways.pdf.joining import Document, put, stream

_TO_UNICODE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{blocks}
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""
_BLOCK = 100
"""The specification allows so many lines in one block."""


class EmbeddedFont:
    """A font as reportlab's documents know dynamic ones: by this protocol."""

    _multiByte = 1  # noqa: N815 - reportlab's names
    _dynamicFont = 1  # noqa: N815 - reportlab's own name
    shapable = False

    def __init__(self, name: str, face: Face) -> None:
        self.fontName = name
        self.face = face
        self.encoding = None
        self._used: WeakKeyDictionary[Document, dict[str, int]] = WeakKeyDictionary()

    def codes(self, text: str, document: Document) -> bytes:
        """Give the codes of a text; a new character joins the document's subset."""
        used = self._used.setdefault(document, {})
        if not used:
            document.delayedFonts.append(self)
        for character in text:
            used.setdefault(character, len(used) + 1)
        return b"".join(used[c].to_bytes(2, "big") for c in text)

    def addObjects(self, document: Document) -> None:  # noqa: N802 - reportlab's name
        """Write the font into a document that is being finished."""
        used = self._used.pop(document, None)
        if not used:
            return
        key = self.fontName
        subset = self.face.subset("".join(used))
        base = f"{_tag(used)}+{self.face.name}"
        program = put(
            document,
            stream(f"/Length1 {len(subset.data)}", subset.data),
            f"{key}.program",
        )
        descriptor = put(
            document, self._descriptor(base, program).encode(), f"{key}.descriptor"
        )
        within = put(
            document, _within(base, descriptor, subset.widths).encode(), f"{key}.within"
        )
        letters = put(document, stream("", to_unicode(used).encode()), f"{key}.unicode")
        font = (
            f"<</Type/Font/Subtype/Type0/BaseFont/{base}/Encoding/Identity-H"
            f"/DescendantFonts [{within} 0 R]/ToUnicode {letters} 0 R>>"
        )
        put(document, font.encode(), f"{key}.font")
        listed = document.idToObject[pdfdoc.BasicFonts].dict
        listed[key] = pdfdoc.PDFObjectReference(f"{key}.font")

    def _descriptor(self, base: str, program: int) -> str:
        face = self.face

        def thousandths(units: int) -> int:
            return round(units * 1000 / face.units)

        box = " ".join(str(thousandths(value)) for value in face.box)
        rise = thousandths(face.ascent)
        return (
            f"<</Type/FontDescriptor/FontName/{base}/Flags 4/FontBBox [{box}]"
            f"/ItalicAngle 0/Ascent {rise}/Descent {thousandths(face.descent)}"
            f"/CapHeight {rise}/StemV 80/FontFile2 {program} 0 R>>"
        )


def register(name: str, face: Face) -> EmbeddedFont:
    """Make a face known to reportlab under a name."""
    font = EmbeddedFont(name, face)
    pdfmetrics.registerFont(font)
    return font


def to_unicode(used: dict[str, int]) -> str:
    """Write which character each code stands for, in UTF-16."""
    rows = [
        f"<{code:04X}> <{character.encode('utf-16-be').hex().upper()}>"
        for character, code in used.items()
    ]
    blocks = (
        "\n".join(
            (f"{len(part)} beginbfchar", *part, "endbfchar"),
        )
        for part in (rows[i : i + _BLOCK] for i in range(0, len(rows), _BLOCK))
    )
    return _TO_UNICODE.format(blocks="\n".join(blocks))


def _within(base: str, descriptor: int, widths: Iterable[float]) -> str:
    """Give the font inside the composite one: codes are glyphs."""
    each = " ".join(f"{width:g}" for width in widths)
    return (
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{base}"
        "/CIDSystemInfo <</Registry (Adobe)/Ordering (Identity)/Supplement 0>>"
        f"/CIDToGIDMap/Identity/W [0 [{each}]]/FontDescriptor {descriptor} 0 R>>"
    )


def _tag(used: dict[str, int]) -> str:
    """Give six letters that tell one subset from another."""
    mixed = 0
    for character in used:
        mixed = (mixed * 1_000_003 + ord(character)) % 26**6
    return "".join(chr(65 + mixed // 26**i % 26) for i in range(6))
