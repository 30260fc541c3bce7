"""What somebody typed where a certificate's number belongs, when it is none."""

import re
from enum import StrEnum

from lms.credentials.rules.completion import read_code, read_number
from lms.credentials.rules.registration import (
    read_certificate_number,
    read_registration_no,
    squeezed,
)
from lms.kernel.ids import check_character


class Slip(StrEnum):
    """What a number is that belongs to no certificate, as far as its shape tells."""

    MISCOPIED = "miscopied"
    IDENTITY = "identity"
    PHONE = "phone"
    APPLICATION = "application"
    DOCUMENT = "document"
    NO_PROVINCE = "no_province"
    LENGTH = "length"
    UNLIKE = "unlike"


_SHAPES: tuple[tuple[Slip, re.Pattern[str]], ...] = (
    (Slip.MISCOPIED, re.compile(r"[A-Z0-9]{2,12}JXJY[A-Z0-9]*")),
    (Slip.IDENTITY, re.compile(r"[0-9]{17}[0-9X]")),
    (Slip.PHONE, re.compile(r"(86)?1[3-9][0-9]{9}")),
    (Slip.DOCUMENT, re.compile(r".*[〔\[(][0-9]{4}[〕\])].*")),
    (Slip.NO_PROVINCE, re.compile(r"[12][0-9]{11}([0-9]{4})?([0-9]{3})?")),
    (Slip.LENGTH, re.compile(r"[\u4e00-\u9fa5][0-9A-Z]{6,}")),
)
_APPLICATION = re.compile(r"[0-9]{20}[0-9A-Z]")
_LICENCE = re.compile(r"1\.2\.156\.3005\.2\.[0-9A-Z.]{30,100}")
_READERS = (read_number, read_registration_no, read_certificate_number, read_code)


def read_licence_id(typed: str) -> str | None:
    """Make sense of the identifier of an electronic licence (证照标识) as typed.

    >>> read_licence_id(" 1.2.156.3005.2.x") is None
    True
    """
    plain = squeezed(typed)
    return plain if _LICENCE.fullmatch(plain) else None


def slip_in(typed: str) -> Slip | None:
    """Say what was typed in place of a number; None for what may be one.

    >>> slip_in("BTJX-JXJY-2026-0000148-7"), slip_in("蒙2152021202600001-002")
    (<Slip.MISCOPIED: 'miscopied'>, None)
    """
    if read_licence_id(typed) or any(read(typed) for read in _READERS):
        return None
    plain = squeezed(typed)
    if _APPLICATION.fullmatch(plain) and check_character(plain[:-1]) == plain[-1]:
        return Slip.APPLICATION
    found = (slip for slip, shape in _SHAPES if shape.fullmatch(plain))
    return next(found, Slip.UNLIKE)
