"""A screen reader for tests: walks the tree of a tagged PDF and says what it finds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pikepdf
from pikepdf import Dictionary, Object


def alphabets(page: Object) -> dict[str, dict[str, str]]:
    """Which character each code of each font copies as."""
    found = {}
    for name, font in page.Resources.Font.items():
        cmap = font.ToUnicode.read_bytes().decode()
        rows = re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>", cmap)
        found[str(name)] = {
            code: bytes.fromhex(text).decode("utf-16-be") for code, text in rows
        }
    return found


def parts(page: Object, stream: Object) -> dict[int, str]:
    """The text of each numbered part of a stream that lies on a page."""
    letters, found, here, font = alphabets(page), dict[int, str](), None, ""
    for command in pikepdf.parse_content_stream(stream):
        match str(command.operator), tuple(command.operands):
            case "BDC", [_, within]:
                here = int(within.MCID)
                found.setdefault(here, "")
            case "EMC", _:
                here = None
            case "Tf", [name, _]:
                font = str(name)
            case "Tj", [shown] if here is not None:
                codes = bytes(shown).hex().upper()
                found[here] += "".join(
                    letters[font][codes[i : i + 4]] for i in range(0, len(codes), 4)
                )
    return found


def keys(kid: object) -> set[str]:
    return set(kid.keys()) if isinstance(kid, Dictionary) else set()


def heard(pdf: pikepdf.Pdf) -> list[tuple[str, str]]:
    """Read a document aloud: each part's role with its text, or what is pictured."""
    known: dict[object, dict[int, str]] = {}

    def said(element: Object, kid: Object) -> str:
        inside = isinstance(kid, Dictionary)
        page = kid.get("/Pg", None) if inside else None
        page = element.Pg if page is None else page
        stream = kid.get("/Stm", page) if inside else page
        if stream.objgen not in known:
            known[stream.objgen] = parts(page, stream)
        return known[stream.objgen][int(kid.MCID) if inside else int(kid)]

    def walk(element: Object) -> Iterator[tuple[str, str]]:
        kids = list(element.K)
        own = [kid for kid in kids if "/S" not in keys(kid)]
        if own and "/Obj" not in keys(own[0]):
            text = "".join(said(element, kid) for kid in own)
            yield str(element.S)[1:], str(element.get("/Alt", "")) or text
        for kid in kids:
            if "/S" in keys(kid):
                yield from walk(kid)

    return list(walk(pdf.Root.StructTreeRoot.K))
