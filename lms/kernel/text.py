"""Text that people typed. bleach finds links; nh3 is the one security boundary."""

import unicodedata
from html import unescape

import bleach
import nh3

_TAGS = {
    "a", "b", "blockquote", "br", "code", "em", "h3", "h4", "hr", "i", "li", "ol",
    "p", "pre", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr",
    "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan"}, "th": {"colspan"}}
_SCHEMES = {"http", "https", "mailto"}


def clean_html(typed: str) -> str:
    """Make rich text safe to store: bare addresses become links, all else is shut.

    >>> clean_html('<p onclick="x()">见 http://example.com</p><script>1</script>')
    '<p>见 <a href="http://example.com" rel="noopener noreferrer">http://example.com</a></p>'
    """
    # bleach is no longer maintained, so its output is input to nh3, never a page.
    linked = bleach.linkify(typed, callbacks=[], parse_email=False)
    return nh3.clean(
        linked,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
        attribute_filter=_address,
    )


def _address(_tag: str, attribute: str, value: str) -> str | None:
    """Drop addresses that look like ours and lead elsewhere, such as `//host`."""
    led_away = value.strip().replace("\\", "/").startswith("//")
    return None if attribute == "href" and led_away else value


def plain(html: str) -> str:
    """Strip all markup, for search and for previews.

    >>> plain("<p>安全 &amp; 质量</p>")
    '安全 & 质量'
    """
    return " ".join(unescape(nh3.clean(html, tags=set())).split())


def normal(typed: str) -> str:
    """Fold a line that a person typed: NFC, no control characters, single spaces.

    >>> normal("  张  三 ")
    '张 三'
    """
    composed = unicodedata.normalize("NFC", typed)
    shown = "".join(
        " " if c in "\t\r\n" else c
        for c in composed
        if unicodedata.category(c)[0] != "C" or c in "\t\r\n"
    )
    return " ".join(shown.split())


def shown(typed: str) -> str:
    r"""Leave of longer words what has a shape, and their lines.

    What turns the direction of writing goes: it lets a line read as what it is not.

    >>> shown("付款\u202e001\u202c 元\r\n谢谢")
    '付款001 元\n谢谢'
    """
    composed = unicodedata.normalize("NFC", typed.replace("\r\n", "\n"))
    return "".join(
        c for c in composed if c in "\t\n" or unicodedata.category(c)[0] != "C"
    )


_FORMULA = "=+-@＝＋－＠\t\r\n"
"""With these a table program begins a formula, in either width of their signs."""


def inert(cell: str) -> str:
    """Keep a table program from taking a word in a plain table for a formula.

    >>> inert("=1+1"), inert("＝1+1"), inert("张建国")
    ("'=1+1", "'＝1+1", '张建国')
    """
    return f"'{cell}" if cell and cell[0] in _FORMULA else cell
