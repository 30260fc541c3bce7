"""Hear what a tagged page says: labels with their words, as somebody who cannot see.

Only pages that our press wrote are understood; of another nothing is heard.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_PARTS = re.compile(
    rb"/MCID (\d+)>> BDC|(/Artifact BMC|\bEMC\b)|/([\w-]+) [\d.]+ Tf|<([0-9a-f]*)> Tj"
)
_LETTERS = re.compile(rb"^<([0-9A-F]{4})> <([0-9A-F]+)>$", re.MULTILINE)
_MOST = 2_000_000
"""Units: bytes of one stream."""

_ELEMENTS = 400
_DEEP = 8
_WORDS = 200
"""Units: characters that are heard of one value."""


def said(root: Mapping[str, Any], page: Mapping[str, Any]) -> dict[str, str]:
    """Give the labels of a page with what stands beside or below them."""
    ear = _Ear(page)
    found: dict[str, str] = {}
    heads: list[str] = []
    for role, texts in ear.rows(root["/StructTreeRoot"]["/K"]):
        if role == "P" and len(texts) > 1:
            found.setdefault(_label(texts[0]), "".join(texts[1:])[:_WORDS])
        elif role == "TH":
            heads = [_label(text) for text in texts]
        elif role == "TD":
            for head, text in zip(heads, texts, strict=False):
                before = f"{found[head]}；" if head in found else ""
                found[head] = (before + text)[:_WORDS]
    found.pop("", None)
    return found


def _label(text: str) -> str:
    return text.strip("：: ")[:20]


class _Ear:
    """Reads one page and the forms on it."""

    def __init__(self, page: Mapping[str, Any]) -> None:
        self._page = page
        self._left = _ELEMENTS
        self._heard: dict[int, dict[int, str]] = {}
        fonts = page["/Resources"]["/Font"]
        self._letters = {
            str(name)[1:]: _alphabet(fonts[name]["/ToUnicode"].data) for name in fonts
        }

    def rows(self, element: Any, deep: int = 0) -> Iterator[tuple[str, list[str]]]:  # noqa: ANN401 - pikepdf's objects are of any kind
        """Give what stands in one row: spans of a paragraph, cells of a table's row."""
        self._left -= 1
        if deep > _DEEP or self._left < 0:
            return
        role, kids = _role(element), self._kids(element)
        inner = [kid for kid in kids if _role(kid)]
        roles = {_role(kid) for kid in inner}
        if role == "P" and roles == {"Span"}:
            yield role, [self._text(kid) for kid in inner]
        elif role == "TR" and roles:
            kind = "TH" if roles == {"TH"} else "TD"
            if roles == {"TH", "TD"}:
                kind = "P"
            yield kind, [self._text(kid) for kid in inner]
        else:
            for kid in inner:
                yield from self.rows(kid, deep + 1)

    def _kids(self, element: Any) -> list[Any]:  # noqa: ANN401 - pikepdf's objects are of any kind
        kids = _open(element.get("/K", []))
        return [_open(kid) for kid in kids] if isinstance(kids, list) else [kids]

    def _text(self, element: Any) -> str:  # noqa: ANN401 - pikepdf's objects are of any kind
        """Join what belongs to one element."""
        heard = []
        for kid in self._kids(element):
            if isinstance(kid, int):
                heard.append(self._stream(self._page["/Contents"]).get(kid, ""))
            elif "/Stm" in kid:
                heard.append(self._stream(kid["/Stm"]).get(int(kid["/MCID"]), ""))
        return "".join(heard)

    def _stream(self, stream: Any) -> dict[int, str]:  # noqa: ANN401 - pikepdf's objects are of any kind
        """Give the text of each numbered part of a stream."""
        if id(stream) not in self._heard:
            self._heard[id(stream)] = self._parts(stream.data[:_MOST])
        return self._heard[id(stream)]

    def _parts(self, code: bytes) -> dict[int, str]:
        parts: dict[int, str] = {}
        here, letters = -1, dict[bytes, str]()
        for number, ends, font, shown in _PARTS.findall(code):
            if number:
                here = int(number)
            elif ends:
                here = -1
            elif font:
                letters = self._letters.get(font.decode(), {})
            elif here >= 0:
                codes = shown.upper()
                word = (codes[i : i + 4] for i in range(0, len(codes), 4))
                parts[here] = parts.get(here, "") + "".join(
                    letters.get(one, "") for one in word
                )
        return parts


def _role(element: Any) -> str:  # noqa: ANN401 - pikepdf's objects are of any kind
    return str(element.get("/S", ""))[1:] if hasattr(element, "get") else ""


def _open(item: Any) -> Any:  # noqa: ANN401 - pikepdf's objects are of any kind
    """Follow a reference to what it names."""
    return item.get_object() if hasattr(item, "get_object") else item


def _alphabet(table: bytes) -> dict[bytes, str]:
    return {
        code: bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
        for code, text in _LETTERS.findall(table[:_MOST])
    }
