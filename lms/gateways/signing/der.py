"""DER, written and read: as much of it as certificates and seals need."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x02, 0x03, 0x04, 0x05, 0x06
UTF8, PRINTABLE, IA5, UTC_TIME, GENERAL_TIME = 0x0C, 0x13, 0x16, 0x17, 0x18
BMP = 0x1E
_CODES = {UTF8: "utf-8", PRINTABLE: "ascii", IA5: "ascii", BMP: "utf-16-be"}
SEQUENCE, SET = 0x30, 0x31

_LONG = 0x80
_MANY = 0x1F


class Malformed(ValueError):
    """These bytes are not the DER that was expected."""


def tlv(tag: int, *parts: bytes) -> bytes:
    """Write one element: tag, length, and the parts joined."""
    body = b"".join(parts)
    size = len(body)
    if size < _LONG:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG | len(length))) + length + body


def sequence(*parts: bytes) -> bytes:
    """Write a SEQUENCE."""
    return tlv(SEQUENCE, *parts)


def set_of(*parts: bytes) -> bytes:
    """Write a SET OF: DER wants its members in order of their bytes."""
    return tlv(SET, *sorted(parts))


def integer(value: int) -> bytes:
    """Write a whole number that is not negative."""
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def true() -> bytes:
    """Write a BOOLEAN that is true; DER leaves out what is false by default."""
    return b"\x01\x01\xff"


def octets(value: bytes) -> bytes:
    """Write an OCTET STRING."""
    return tlv(OCTET_STRING, value)


def bits(value: bytes, unused: int = 0) -> bytes:
    """Write a BIT STRING; `unused` bits at its end do not count."""
    return tlv(BIT_STRING, bytes((unused,)), value)


def null() -> bytes:
    """Write a NULL."""
    return b"\x05\x00"


def oid(dotted: str) -> bytes:
    """Write an OBJECT IDENTIFIER.

    >>> oid("1.2.156.10197.1.501").hex()
    '06082a811ccf55018375'
    """
    first, second, *rest = (int(part) for part in dotted.split("."))
    return tlv(OID, b"".join(_base128(n) for n in (first * 40 + second, *rest)))


def _base128(number: int) -> bytes:
    out = [number & 0x7F]
    while number := number >> 7:
        out.append(number & 0x7F | _LONG)
    return bytes(reversed(out))


def utf8(text: str) -> bytes:
    """Write a UTF8String."""
    return tlv(UTF8, text.encode())


def ia5(text: str) -> bytes:
    """Write an IA5String."""
    return tlv(IA5, text.encode("ascii"))


def printable(text: str) -> bytes:
    """Write a PrintableString."""
    return tlv(PRINTABLE, text.encode("ascii"))


def general_time(instant: datetime) -> bytes:
    """Write a GeneralizedTime in UTC, to the second."""
    text = instant.astimezone(UTC).strftime("%Y%m%d%H%M%SZ")
    return tlv(GENERAL_TIME, text.encode())


def certificate_time(instant: datetime) -> bytes:
    """Write a time as certificates do: short before 2050.

    Source: RFC 5280, 4.1.2.5.
    """
    if instant.year >= 2050:  # noqa: PLR2004 - the year of the RFC
        return general_time(instant)
    text = instant.astimezone(UTC).strftime("%y%m%d%H%M%SZ")
    return tlv(UTC_TIME, text.encode())


def explicit(number: int, *parts: bytes) -> bytes:
    """Write a context-specific wrapper, like [0] EXPLICIT."""
    return tlv(0xA0 | number, *parts)


def implicit(number: int, value: bytes) -> bytes:
    """Write a context-specific simple value, like [0] IMPLICIT OCTET STRING."""
    return tlv(0x80 | number, value)


@dataclass(frozen=True, slots=True)
class Item:
    """One element as it was read. `whole` is tag, length and body."""

    tag: int
    body: bytes
    whole: bytes

    def items(self) -> tuple["Item", ...]:
        """Give the elements within.

        Raises: Malformed, for what is no SEQUENCE, SET or wrapper too.
        """
        if not self.tag & 0x20:
            raise Malformed("nothing within")
        return tuple(walk(self.body))

    def only(self, tag: int) -> bytes:
        """Give the body of an element that must have this tag.

        Raises: Malformed.
        """
        if self.tag != tag:
            raise Malformed(f"tag {self.tag:#x} where {tag:#x} belongs")
        return self.body

    def number(self) -> int:
        """Read a whole number.

        Raises: Malformed, for a negative or padded one too.
        """
        body = self.only(INTEGER)
        padded = len(body) > 1 and body[0] == 0 and body[1] < _LONG
        if not body or body[0] >= _LONG or padded:
            raise Malformed("integer")
        return int.from_bytes(body, "big")

    def text(self) -> str:
        """Read a string of characters.

        Raises: Malformed.
        """
        code = _CODES.get(self.tag)
        if code is None:
            raise Malformed("text")
        try:
            return self.body.decode(code)
        except UnicodeDecodeError as error:
            raise Malformed("text") from error

    def bit_octets(self) -> bytes:
        """Read a BIT STRING of whole octets.

        Raises: Malformed.
        """
        body = self.only(BIT_STRING)
        if not body or body[0]:
            raise Malformed("bits")
        return body[1:]

    def dotted(self) -> str:
        """Read an OBJECT IDENTIFIER.

        Raises: Malformed.
        """
        numbers, value = [], 0
        body = self.only(OID)
        if not body or body[-1] >= _LONG:
            raise Malformed("object identifier")
        for octet in body:
            value = value << 7 | octet & 0x7F
            if octet < _LONG:
                numbers.append(value)
                value = 0
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, (first, numbers[0] - first * 40, *numbers[1:])))

    def instant(self) -> datetime:
        """Read a UTCTime or GeneralizedTime in UTC.

        Raises: Malformed.
        """
        form = {UTC_TIME: "%y%m%d%H%M%SZ", GENERAL_TIME: "%Y%m%d%H%M%SZ"}.get(self.tag)
        if form is None:
            raise Malformed("time")
        try:
            return datetime.strptime(self.body.decode("ascii"), form).replace(
                tzinfo=UTC
            )
        except (UnicodeDecodeError, ValueError) as error:
            raise Malformed("time") from error


def walk(data: bytes) -> Iterator[Item]:
    """Read elements one after the other until the bytes end.

    Raises: Malformed.
    """
    at = 0
    while at < len(data):
        item = _at(data, at)
        at += len(item.whole)
        yield item


def one(data: bytes) -> Item:
    """Read the one element that the bytes are, with nothing after it.

    Raises: Malformed.
    """
    item = _at(data, 0)
    if len(item.whole) != len(data):
        raise Malformed("more follows")
    return item


def split(data: bytes) -> tuple[bytes, ...]:
    """Part elements that were joined, such as the certificates of a chain.

    Raises: Malformed.
    """
    return tuple(item.whole for item in walk(data))


def join(parts: Iterable[bytes]) -> bytes:
    """Join what `split` parts."""
    return b"".join(parts)


def _at(data: bytes, at: int) -> Item:
    try:
        tag, first = data[at], data[at + 1]
    except IndexError as error:
        raise Malformed("cut short") from error
    if tag & _MANY == _MANY:
        raise Malformed("tag")
    start, size = at + 2, first
    if first >= _LONG:
        count = first & 0x7F
        start, length = start + count, data[start : start + count]
        size = int.from_bytes(length, "big")
        # DER: the shortest length, and never one that is left open.
        if len(length) != count or size < _LONG or not length[0]:
            raise Malformed("length")
    body = data[start : start + size]
    if len(body) != size:
        raise Malformed("cut short")
    return Item(tag, body, data[at : start + size])
