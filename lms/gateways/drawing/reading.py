"""In which order a certificate is read aloud, whatever it looks like.

The labels of a value lie in the static layer, the value in the variable one: both name
the same place, the label first.
"""

from lms.gateways.drawing.scene import Mark

DECORATION = Mark()

(
    _LETTERHEAD, _HEADING, _SUBTITLE, _NOTICE, _PHOTO, _FIELDS, _SENTENCE,
    _TABLE, _ISSUER, _DATE, _SEAL, _CODE, _CHECKS, _EXTRA, _ANCHOR, _NOTE,
) = range(1, 17)  # fmt: skip

LETTERHEAD = Mark(("P",), (_LETTERHEAD,))
SUBTITLE = Mark(("P",), (_SUBTITLE,))
NOTICE = Mark(("P",), (_NOTICE,))
PHOTO = Mark(("Figure",), (_PHOTO,), "持证人照片")
SENTENCE = Mark(("P",), (_SENTENCE,))
ISSUER = Mark(("P",), (_ISSUER,))
DATE = Mark(("P",), (_DATE,))
CODE = Mark(("Figure",), (_CODE,), "二维码：扫码打开本证书的核验页面")
EXTRA = Mark(("P",), (_EXTRA,))
ANCHOR = Mark(("P",), (_ANCHOR,))
NOTE = Mark(("P",), (_NOTE,))


def heading(part: int) -> Mark:
    """Mark a part of the title: what is certified, then that it is."""
    return Mark(("H1", "Span"), (_HEADING, part))


def label(place: int) -> Mark:
    """Mark the word before a field's value."""
    return Mark(("Div", "P", "Span"), (_FIELDS, place, 0))


def value(place: int) -> Mark:
    """Mark a field's value."""
    return Mark(("Div", "P", "Span"), (_FIELDS, place, 1))


def head(column: int) -> Mark:
    """Mark a head of the table of hours."""
    return Mark(("Table", "TR", "TH"), (_TABLE, 0, column))


def cell(row: int, column: int) -> Mark:
    """Mark a cell of the table of hours; rows count from 1."""
    return Mark(("Table", "TR", "TD"), (_TABLE, row, column))


def signature(place: int) -> Mark:
    """Mark the picture of a holder's signature, which is a field's value."""
    return Mark(("Div", "P", "Figure"), (_FIELDS, place, 1), "持证人签名")


def seal(words: str) -> Mark:
    """Mark the picture of a seal by what stands on it."""
    return Mark(("Figure",), (_SEAL,), words)


def check(place: int, part: int = 0) -> Mark:
    """Mark a line beside the code: where and by what to verify; 1 is its value."""
    return Mark(("Div", "P", "Span"), (_CHECKS, place, part))
