"""The fenced-in process that reads one invoice. Run by `gateways.invoice_files` alone.

Reads PDF and OFD as the electronic tax bureau makes them: what the file says of itself
(document facts), the code in its corner, and its words. It answers one line of JSON.
"""

import io
import json
import logging
import re
import sys
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from lms.gateways import paperroom

MOST_PARTS = 300
MOST_BYTES = 48 * 2**20
MOST_WORDS = 60_000
_PIXELS = 4_000_000
_PAGES = 6
_NAMES = "{http://www.ofdspec.org/2016}"

Facts = dict[str, str]
"""number, on (yyyymmdd), fen, all as text."""


class Unfit(Exception):
    """The file cannot be taken; carries the code of the reason."""


def look(raw: bytes) -> tuple[str, list[Facts], str]:
    """Give the form of a file, what each of its voices says, and its words.

    Raises: Unfit.
    """
    try:
        if raw.startswith(b"%PDF-"):
            paperroom.walk(raw)
            return "pdf", *_pdf(raw)
        if raw.startswith(b"PK\3\4"):
            return "ofd", *_ofd(raw)
    except (Unfit, paperroom.Unfit) as unfit:
        raise Unfit(str(unfit)) from unfit
    except Exception as error:
        # A parser of strange files fails in as many ways as there are such files.
        raise Unfit("paper.unreadable") from error
    raise Unfit("invoice.format")


# -- PDF ---------------------------------------------------------------------------


def _pdf(raw: bytes) -> tuple[list[Facts], str]:
    from pypdf import PdfReader  # noqa: PLC0415 - after the look for what can act

    reader = PdfReader(io.BytesIO(raw), strict=False)
    pages = reader.pages[:_PAGES]
    words = "\n".join(page.extract_text() or "" for page in pages)[:MOST_WORDS]
    said = [_info(reader.metadata or {}), *_codes(pages), from_words(words)]
    return said, words


def _info(info: Any) -> Facts:  # noqa: ANN401 - pypdf's dictionary
    """Read the facts that the bureau writes beside the pages."""
    found = {
        "number": str(info.get("/InvoiceNumber", "")),
        "on": _day(str(info.get("/IssueTime", ""))),
    }
    net, tax = (
        _fen(str(info.get(key, ""))) for key in ("/TotalAmWithoutTax", "/TotalTaxAm")
    )
    if net:
        found["fen"] = str(int(net) + int(tax or 0))
    return {key: value for key, value in found.items() if value}


def _codes(pages: Any) -> Iterator[Facts]:  # noqa: ANN401 - pypdf's pages
    """Read the codes drawn as pictures on the first page."""
    import zxingcpp  # noqa: PLC0415 - only where a picture stands

    for page in pages[:1]:
        for image in list(page.images)[:8]:
            picture = image.image
            if picture is None or picture.width * picture.height > _PIXELS:
                continue
            for code in zxingcpp.read_barcodes(picture.convert("L")):
                facts = from_code(code.text)
                if facts:
                    yield facts


_CODE = re.compile(
    r"01,[0-9]{2},[0-9]{0,12},([0-9]{8}|[0-9]{20}),(-?[0-9.]+),([0-9]{8}),.*"
)


def from_code(text: str) -> Facts:
    """Read what the code in the corner holds.

    >>> from_code("01,32,,26427000000316294884,100.76,20260330,,5F98")["fen"]
    '10076'
    """
    found = _CODE.fullmatch(text.strip())
    if found is None:
        return {}
    return {"number": found[1], "fen": _fen(found[2]) or "", "on": found[3]}


# -- words -------------------------------------------------------------------------

_NUMBER = re.compile(r"发票号码:?([0-9]{20}|[0-9]{8})(?![0-9])")
_ISSUED = re.compile(r"开票日期:?(20[0-9]{2})年([0-9]{2})月([0-9]{2})日")
_TOTAL = re.compile(r"\(小写\)[¥￥]?(-?[0-9,]+\.[0-9]{2})")
_ANY_TOTAL = re.compile(r"[¥￥](-?[0-9,]+\.[0-9]{2})")


def folded(words: str) -> str:
    """Fold words for searching: half-width, no spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", words))


def from_words(words: str) -> Facts:
    """Find number, day and total in the words of a page, however they are set."""
    text = folded(words)
    found: Facts = {}
    number, issued = _NUMBER.search(text), _ISSUED.search(text)
    if number:
        found["number"] = number[1]
    if issued:
        found["on"] = "".join(issued.groups())
    total = _TOTAL.search(text)
    every = [total[1]] if total else _ANY_TOTAL.findall(text)
    amounts = [int(fen) for one in every if (fen := _fen(one))]
    if amounts:
        # Of net, tax and gross the last is furthest from nought.
        found["fen"] = str(max(amounts, key=abs))
    return found


def _fen(text: str) -> str | None:
    bare = text.replace(",", "").strip()
    found = re.fullmatch(r"(-?)([0-9]{1,10})(?:\.([0-9]{1,2}))?", bare)
    if found is None:
        return None
    fen = int(found[2]) * 100 + int((found[3] or "").ljust(2, "0"))
    return f"{found[1] if fen else ''}{fen}"


def _day(text: str) -> str:
    """Read a day of eight figures out of whatever is written around them."""
    digits = re.sub(r"\D", "", text)[:8]
    return digits if len(digits) == 8 else ""  # noqa: PLR2004 - yyyymmdd


# -- OFD ---------------------------------------------------------------------------


def _ofd(raw: bytes) -> tuple[list[Facts], str]:
    said: list[Facts] = []
    words: list[str] = []
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_BYTES:
            raise Unfit("paper.too_big")
        names = {part.filename for part in parts}
        if "OFD.xml" not in names or any(".." in name for name in names):
            raise Unfit("invoice.format")
        for part in parts:
            if part.filename.lower().endswith(".xml"):
                root = _xml(archive.read(part))
                said += _facts(root)
                words += _texts(root)
    text = "\n".join(words)[:MOST_WORDS]
    return [*said, from_words(text)], text


def _xml(raw: bytes) -> Any:  # noqa: ANN401 - lxml has no types
    from lxml import etree  # noqa: PLC0415 - for OFD

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    root = etree.fromstring(raw, parser)
    if root.getroottree().docinfo.doctype:
        raise Unfit("paper.acts")
    return root


_CUSTOM = {"发票号码": "number", "开票日期": "on", "合计金额": "net", "合计税额": "tax"}
_TAGS = {
    "InvoiceNumber": "number", "EIid": "number", "InvoiceNo": "number",
    "IssueTime": "on", "IssueDate": "on",
    "TotalTax-includedAmount": "gross", "TaxInclusiveTotalAmount": "gross",
}  # fmt: skip


def _facts(root: Any) -> Iterator[Facts]:  # noqa: ANN401 - lxml has no types
    """Read what a part says of the invoice, in either of the two forms there are."""
    told = {
        _CUSTOM[name]: (one.text or "").strip()
        for one in root.iter(f"{_NAMES}CustomData")
        if (name := one.get("Name")) in _CUSTOM
    }
    for one in root.iter():
        tag = one.tag.rpartition("}")[2] if isinstance(one.tag, str) else ""
        if tag in _TAGS and (one.text or "").strip():
            told.setdefault(_TAGS[tag], one.text.strip())
    facts: Facts = {}
    if re.fullmatch(r"[0-9]{8}|[0-9]{20}", told.get("number", "")):
        facts["number"] = told["number"]
    if day := _day(told.get("on", "")):
        facts["on"] = day
    if fen := _gross(told):
        facts["fen"] = fen
    if facts:
        yield facts


def _gross(told: Facts) -> str | None:
    if "gross" in told:
        return _fen(told["gross"])
    net, tax = _fen(told.get("net", "")), _fen(told.get("tax", "0"))
    return str(int(net) + int(tax or 0)) if net else None


_WORDY = frozenset({"TextCode", "BuyerName", "BuyerIdNum", "TaxID", "Remark"})


def _texts(root: Any) -> Iterator[str]:  # noqa: ANN401 - lxml has no types
    for one in root.iter():
        tag = one.tag.rpartition("}")[2] if isinstance(one.tag, str) else ""
        if tag in _WORDY and one.text:
            yield one.text
    for one in root.iter(f"{_NAMES}CustomData"):
        if one.text:
            yield one.text


def main() -> int:
    """Read one file."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    try:
        form, said, words = look(sys.stdin.buffer.read())
    except Unfit as unfit:
        sys.stdout.write(str(unfit))
        return 3
    sys.stdout.write(json.dumps({"form": form, "said": said, "words": words}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
