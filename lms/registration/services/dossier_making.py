"""Make a material of what was uploaded, before any work begins: no database here."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import IO

from lms.claims.ports import PaperDesk
from lms.kernel.errors import Refused
from lms.people.ports import PhotoStudio
from lms.policy.flow import Check, Flow, MaterialKind
from lms.registration.ports.dossier import Binder, FilmRoom
from lms.registration.rules.dossier import Given
from lms.registration.services.dossier import Ready

MOST_PIECES = 20
PAPER_BYTES = 8 * 2**20
"""The most that one material of several papers may weigh when it is bound."""

PDF, JPEG, PNG, MP4 = "application/pdf", "image/jpeg", "image/png", "video/mp4"


def most_bytes(flow: Flow, kind: MaterialKind) -> int:
    """Say how much one material of a flow may weigh."""
    asked = [each for each in flow.materials if each.kind is kind]
    one_pdf = kind is MaterialKind.BUNDLE or any(
        Check.ONE_PDF in each.checks for each in asked
    )
    if one_pdf and flow.bundle_bytes is not None:
        return flow.bundle_bytes
    return PAPER_BYTES


def papers(
    desk: PaperDesk, binder: Binder, sent: Sequence[tuple[str, bytes]], most: int
) -> Ready:
    """Bind uploads, given by name and bytes, into one PDF.

    Raises: Refused for what cannot be taken; Unavailable.
    """
    if not sent:
        raise Refused("dossier.nothing")
    if len(sent) > MOST_PIECES:
        raise Refused("dossier.many_pieces", most=MOST_PIECES)
    taken = [desk.paper(body) for _name, body in sent]
    bound = binder.bind([(one.media, one.body) for one in taken], most)
    digest = hashlib.sha256(b"".join(one.sent_sha256 for one in taken)).digest()
    if len(taken) == 1:
        digest = taken[0].sent_sha256
    name = sent[0][0]
    return Ready(MaterialKind.BUNDLE, name, PDF, bound.pdf, digest, bound.pages)


def merged(binder: Binder, parts: Sequence[tuple[str, str, bytes]], most: int) -> Ready:
    """Merge what was handed in already, given by id, media and bytes.

    Raises: Refused when it cannot fit; Unavailable.
    """
    if not parts:
        raise Refused("dossier.nothing_to_merge")
    bound = binder.bind([(media, body) for _id, media, body in parts], most)
    given = Given(made_of=tuple(one for one, _media, _body in parts))
    digest = hashlib.sha256(bound.pdf).digest()
    name = "合并材料.pdf"
    made = Ready(MaterialKind.BUNDLE, name, PDF, bound.pdf, digest, bound.pages)
    return replace(made, given=given)


def film(room: FilmRoom, kind: MaterialKind, name: str, sent: IO[bytes]) -> Ready:
    """Look a film through and keep it small.

    Raises: Refused; Unavailable.
    """
    clip = room.clip(sent)
    findings = () if clip.has_sound else ("film.silent",)
    return Ready(
        kind, name, MP4, clip.mp4, clip.sent_sha256, None, clip.millis, findings
    )


def picture(studio: PhotoStudio, kind: MaterialKind, name: str, sent: bytes) -> Ready:
    """Cut a one-inch photo, or lift a signature off its paper.

    Raises: Refused; Unavailable.
    """
    digest = hashlib.sha256(sent).digest()
    if kind is MaterialKind.SIGNATURE:
        return Ready(kind, name, PNG, studio.signature(sent), digest)
    portrait = studio.portrait(sent)
    findings = (*((portrait.finding,) if portrait.finding else ()), *portrait.hints)
    return Ready(kind, name, JPEG, portrait.jpeg, digest, findings=findings)


def from_file(kind: MaterialKind, body: bytes, findings: tuple[str, ...]) -> Ready:
    """Take the photo or the signature that the profile holds."""
    media = PNG if kind is MaterialKind.SIGNATURE else JPEG
    name = "个人中心的签名.png" if media == PNG else "个人中心的照片.jpg"
    digest = hashlib.sha256(body).digest()
    return Ready(kind, name, media, body, digest, findings=findings)


def printed(binder: Binder, name: str, body: bytes) -> Ready:
    """Take a form that the house printed and signed with the signature on file."""
    bound = binder.bind([(PDF, body)], PAPER_BYTES)
    digest = hashlib.sha256(body).digest()
    return Ready(MaterialKind.FORM, f"{name}.pdf", PDF, bound.pdf, digest, bound.pages)
