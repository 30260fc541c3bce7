"""What a PDF holds beside its pages: files, a field to sign, the tree of its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfdoc

from lms.gateways.drawing.scene import Mark
from lms.gateways.pdf import pades, tags
from lms.gateways.pdf.joining import Document, put, stream
from lms.gateways.pdf.pades import Seal, Signing
from lms.gateways.pdf.tags import Placed, text

MM = 72 / 25.4
FIELD = "signature"
_LAST = 1_000_000
"""Where the signature is read: after all that is signed."""

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>
<dc:identifier>{subject}</dc:identifier>
<pdf:Keywords>{keywords}</pdf:Keywords>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to be kept within a document, of which it is the data."""

    name: str
    mime: str
    data: bytes
    described: str = ""


def attach(document: Document, files: Sequence[Attachment]) -> None:
    """Keep files in a document, where readers list them."""
    if not files:
        return
    listed = {one.name: _kept(document, one) for one in files}
    names = " ".join(f"{text(name)} {listed[name]} 0 R" for name in sorted(listed))
    refs = " ".join(f"{number} 0 R" for number in listed.values())
    _enter(document, "AF", f"[{refs}]")
    _enter(document, "Names", f"<</EmbeddedFiles <</Names [{names}]>>>>")


def _kept(document: Document, file: Attachment) -> int:
    kind = file.mime.replace("/", "#2F")
    entries = f"/Type/EmbeddedFile/Subtype/{kind}/Params <</Size {len(file.data)}>>"
    body = put(document, stream(entries, file.data))
    name = text(file.name)
    spec = (
        f"<</Type/Filespec/F {name}/UF {name}/Desc {text(file.described)}"
        f"/AFRelationship/Data/EF <</F {body} 0 R/UF {body} 0 R>>>>"
    )
    return put(document, spec.encode())


def sign(document: Document, signing: Signing, high: float, *, tagged: bool) -> Placed:
    """Put a field on the first page whose signature is filled in at the end.

    Units: `high` is the page's height in points.
    """
    value = put(document, pades.dictionary(signing), FIELD)
    page = document.Pages.pages[0]
    paper = document.idToObjectNumberAndVersion["Page1"][0]
    seal, look, rect = signing.seal, "", "0 0 0 0"
    if seal:
        rect = _box(seal, high)
        look = f"/AP <</N {_look(document, seal, rect)} 0 R>>"
    widget = document.objectcounter + 1
    key = f"/StructParent {widget}" if tagged else ""
    alt = seal.alt if seal else "电子签名"
    field = (
        f"<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/TU {text(alt)}/F 132"
        f"/V {value} 0 R/P {paper} 0 R/Rect [{rect}]{look}{key}>>"
    )
    put(document, field.encode())
    page.Annots = pdfdoc.PDFArray([f"{widget} 0 R"])
    _enter(document, "AcroForm", f"<</Fields [{widget} 0 R]/SigFlags 3>>")
    _enter(document, "Perms", f"<</DocMDP {value} 0 R>>")
    mark = Mark(("Form",), (_LAST,), alt)
    return Placed((mark,), widget, paper, widget=widget)


def _box(seal: Seal, high: float) -> str:
    left, top = seal.x * MM, high - seal.y * MM
    corners = (left, top - seal.height * MM, left + seal.width * MM, top)
    return " ".join(f"{corner:.3f}" for corner in corners)


def _look(document: Document, seal: Seal, rect: str) -> int:
    """Show a form of the page's size through the field's box, as ink over ink."""
    form = document.idToObjectNumberAndVersion[pdfdoc.xObjectName(seal.form)][0]
    entries = (
        f"/Type/XObject/Subtype/Form/BBox [{rect}]/Resources <<"
        f"/XObject <</Form {form} 0 R>>/ExtGState <</Ink <</BM/Multiply>>>>>>"
    )
    return put(document, stream(entries, b"q /Ink gs /Form Do Q", packed=False))


def tag(document: Document, placed: Sequence[Placed]) -> None:
    """Give a document the tree of its parts, and say that it has one."""
    first = document.objectcounter + 1
    for raw in tags.objects(placed, first):
        put(document, raw)
    _enter(document, "StructTreeRoot", f"{first} 0 R")
    _enter(document, "MarkInfo", "<</Marked true>>")


def describe(document: Document) -> None:
    """Say of a document what its information says, in XMP too."""
    info = document.info
    said = {
        name: escape(getattr(info, name))
        for name in ("title", "author", "subject", "keywords")
    }
    body = _XMP.format(**said).encode()
    number = put(document, stream("/Type/Metadata/Subtype/XML", body, packed=False))
    _enter(document, "Metadata", f"{number} 0 R")


def _enter(document: Document, key: str, value: str) -> None:
    """Write a line of the catalogue, also one that reportlab does not know."""
    catalog = document.Catalog
    if key not in catalog.__NoDefault__:
        catalog.__NoDefault__ = [*catalog.__NoDefault__, key]
    setattr(catalog, key, value)
