"""What a file proves and what it does not, in words that a personnel clerk knows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for
from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _l

from lms.credentials import queries
from lms.credentials.ports import FileReader
from lms.credentials.queries import Answer
from lms.credentials.rules import (
    FileKind,
    Line,
    Point,
    Reading,
    Verdict,
    is_ours,
    points,
    ticket,
    ticket_good,
)
from lms.kernel.errors import NotFound
from lms.policy.model import Specialty
from lms.signing import queries as signing
from lms.signing.rules import PublishedKey
from lms.web import desk
from lms.web.filters import instant, term

_WORDS: dict[tuple[str, bool | None], LazyString] = {
    ("file.issued", True): _l("与签发时的原件逐字节一致"),
    ("file.issued", False): _l("与签发时的原件不一致，哪怕只差一个字节"),
    ("file.issued", None): _l("登记簿里没有这份文件"),
    ("book.status", True): _l("登记簿中的现状：有效"),
    ("book.status", False): _l("登记簿中的现状：%(state)s"),
    ("pdf.signature", True): _l("电子签名完好（签名自述时间 %(at)s）"),
    ("pdf.signature", False): _l("电子签名不成立：内容被改动过，或签名已损坏"),
    ("pdf.signature", None): _l("文件里没有电子签名"),
    ("pdf.whole", True): _l("签名覆盖整个文件"),
    ("pdf.whole", False): _l("文件里有签名没有覆盖的内容"),
    ("pdf.changed_after", True): _l("签名之后没有改动或追加内容"),
    ("pdf.changed_after", False): _l("签名之后又改动或追加了内容"),
    ("ofd.seal", True): _l("电子签章完好（%(seal)s，%(at)s）"),
    ("ofd.seal", False): _l("电子签章不成立：内容被改动过，或签章已损坏"),
    ("ofd.seal", None): _l("文件里没有电子签章"),
    ("ofd.covered", True): _l("签章覆盖文件包里的每一个部分（共 %(parts)s 个）"),
    ("ofd.covered", False): _l("文件包里有内容被改动、增加或删除"),
    ("credential.proof", True): _l("凭证的数字签名完好，覆盖全部内容"),
    ("credential.proof", False): _l("凭证的数字签名不成立：内容被改动过"),
    ("credential.proof", None): _l("凭证的数字签名无法用本平台公布的密钥核对"),
    ("key.ours", True): _l("由%(owner)s签署，签署密钥已在本平台公布"),
    ("key.ours", False): _l("签署的密钥不是本平台公布的"),
    ("key.live", True): _l("签署的密钥没有被停用"),
    ("key.live", False): _l("签署的密钥已声明失密，或签署日不在它的使用期内"),
    ("key.vouched", None): _l(
        "签署的密钥后来停用了，只凭签名不能再信；这份文件由登记簿证明是当时签发的"
    ),
    ("time.stamp", True): _l("时间戳机构证明：%(at)s 这份文件已经存在"),
    ("time.stamp", False): _l("文件里的时间戳不成立"),
    ("time.stamp", None): _l(
        "没有独立机构的时间戳，签署时间只是签署人自己写的；真实签发日期以登记簿为准"
    ),
    ("file.unread", None): _l(
        "没有读取文件内部（不是证书的格式，或文件过于复杂），只比对了文件指纹"
    ),
    ("bearer", None): _l("出示文件的人是不是持证人：请核对照片和身份证件"),
}

_STATES: dict[Verdict, LazyString] = {
    Verdict.EXPIRED: _l("已过期"),
    Verdict.SUPERSEDED: _l("已换发新证书"),
    Verdict.REVOKED: _l("已撤销"),
    Verdict.VOIDED: _l("已注销或收回"),
    Verdict.INVALID: _l("无效"),
}


_NOT_ISSUED = {Verdict.TAMPERED, Verdict.UNBOOKED, Verdict.NOT_FOUND}


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says in one place, and whether the book says the same."""

    words: str
    same: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """A file's checklist. `said` is by field; `picture` is an address, or "".

    `kind` is the file's ending, or "" for a kind that no certificate has; `only_typed`
    tells that the visitor gave the number, and the file bears none.
    """

    proved: tuple[str, ...]
    against: tuple[str, ...]
    unproved: tuple[str, ...]
    said: Mapping[str, Said]
    sound: bool = False
    kind: str = ""
    picture: str = ""
    only_typed: bool = False


def check(data: bytes, typed: str) -> tuple[Answer, Proof]:
    """Ask the book about a file, read it, and say what is proved. Nothing is kept."""
    session, reader = desk.reading(), desk.port(FileReader)
    keys = signing.trust(session)
    issued = queries.is_issued(session, data)
    reading = reader.read(data, keys, issued=issued)
    found = queries.check_file(
        session, data, desk.today(), typed=typed, reading=reading
    )
    lines = queries.compared(session, found, reading, _names())
    listed = points(found.verdict, reading, issued=issued)
    proof = _proof(listed, lines, _Seen(found, reading, keys), data)
    if typed and found.verdict is Verdict.TAMPERED:
        alone = queries.check_file(session, data, desk.today(), reading=reading)
        proof = replace(proof, only_typed=alone.verdict is Verdict.NOT_FOUND)
    return found, proof


@dataclass(frozen=True, slots=True)
class _Seen:
    found: Answer
    reading: Reading
    keys: Mapping[str, PublishedKey]

    @property
    def ours(self) -> bool:
        return is_ours(self.reading)


def _names() -> dict[Specialty, str]:
    """Give the words that certificates have for specialties, whoever asks."""
    with force_locale("zh"):
        return {one: term(one) for one in Specialty}


def _proof(
    listed: tuple[Point, ...], lines: tuple[Line, ...], seen: _Seen, data: bytes
) -> Proof:
    said = [(point.holds, _said(point, seen)) for point in listed]
    kind = seen.reading.kind
    issued = seen.found.verdict not in _NOT_ISSUED
    drawable = kind is FileKind.OFD and issued and seen.ours
    return Proof(
        proved=tuple(words for holds, words in said if holds and words),
        against=tuple(words for holds, words in said if holds is False and words),
        unproved=tuple(words for holds, words in said if holds is None and words),
        said={one.field: Said(one.said, one.same) for one in lines},
        sound=seen.ours,
        kind=kind.value if kind else "",
        picture=_picture(data) if drawable else "",
    )


def _said(point: Point, seen: _Seen) -> str:
    words = _WORDS.get((point.code, point.holds))
    if words is None:
        return ""
    key = seen.keys.get(seen.reading.kid)
    facts = {
        "at": "—",
        "seal": "—",
        "parts": "—",
        "owner": key.owner_name if key else "—",
        "state": str(_STATES.get(seen.found.verdict, "—")),
        **point.facts,
    }
    facts["at"] = _moment(facts["at"])
    return str(words) % facts


def _moment(written: str) -> str:
    try:
        return instant(datetime.fromisoformat(written))
    except ValueError:
        return "—"


def _picture(data: bytes) -> str:
    """Give the address at which the book's copy of an OFD is drawn, for half an hour.

    It is drawn only for who looks, and only for who had the file in hand.
    """
    digest = hashlib.sha256(data).hexdigest()
    allowed = ticket(desk.settings().secrets.cookie, digest, desk.now())
    return url_for("verify.picture", of=digest, by=allowed)


_DRAWN = (FileKind.OFD, FileKind.STAMPED_OFD)


def drawn(digest: str, given: str) -> str:
    """Draw an OFD that the book has, for who was just told that it is sound.

    Raises: NotFound.
    """
    if not ticket_good(desk.settings().secrets.cookie, digest, given, desk.now()):
        raise NotFound("certificate.unknown")
    sealed = queries.open_by_digest(desk.reading(), bytes.fromhex(digest), _DRAWN)
    try:
        return desk.port(FileReader).picture(sealed)
    except ValueError as error:
        raise NotFound("certificate.unknown") from error
