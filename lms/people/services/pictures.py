"""Photo and signature: kept sealed, judged by the check or by the association."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from lms.accounts import services as keys
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people.models import Look, Person, PersonFile
from lms.people.ports import Portrait
from lms.people.queries import file_place, picture
from lms.people.rules import PaperKind, PhotoState, Section
from lms.people.services.persons import begun, note_saved, own, stream


def save_photo(work: Work, person_id: PersonId, portrait: Portrait) -> PhotoState:
    """Keep a photo: as the photo when the check passed it, else as a draft.

    A refused draft leaves an earlier photo where it is.

    Raises: Refused when the profile is locked.
    """
    row = own(work, person_id, Section.PHOTO)
    if portrait.finding is None:
        write_picture(work, row, PaperKind.PHOTO, portrait.jpeg)
        _drop(work, row, PaperKind.PHOTO_DRAFT)
        note_saved(work, row, Section.PHOTO)
        return PhotoState.ACCEPTED
    draft = write_picture(work, row, PaperKind.PHOTO_DRAFT, portrait.jpeg)
    draft.state = PhotoState.REFUSED
    draft.finding = portrait.finding
    work.session.flush()
    return PhotoState.REFUSED


def ask_photo_review(work: Work, person_id: PersonId) -> None:
    """Put the draft forward as the photo, for the association's eyes.

    Raises: NotFound without a draft; Refused when the profile is locked.
    """
    row = own(work, person_id, Section.PHOTO)
    draft = _file(work, row, PaperKind.PHOTO_DRAFT)
    if draft is None:
        raise NotFound("person.no_picture")
    _drop(work, row, PaperKind.PHOTO)
    draft.kind = PaperKind.PHOTO
    draft.state = PhotoState.TO_REVIEW
    # From now on it waits: who looked before has looked at another picture.
    draft.made_at = work.now
    note_saved(work, row, Section.PHOTO)


def decide_photo(
    work: Work,
    person_id: PersonId,
    approved: bool,  # noqa: FBT001 - the answer itself
) -> None:
    """Say for the association whether a photo will do.

    Raises: NotFound; Conflict when nobody waits; Refused for one's own photo, and for
        one that this account has not looked at since it was uploaded.
    """
    if work.actor.person_id == person_id:
        raise Refused("approval.own")
    row = begun(work, person_id)
    photo = _file(work, row, PaperKind.PHOTO)
    if photo is None:
        raise NotFound("person.no_picture")
    if photo.state is not PhotoState.TO_REVIEW:
        raise Conflict("approval.ended")
    if not _looked(work, person_id, photo):
        raise Refused("photo.not_looked")
    photo.state = PhotoState.ACCEPTED if approved else PhotoState.REFUSED
    photo.finding = None if approved else "photo.refused_by_people"
    work.session.flush()
    evidence.note(work, stream(person_id), "photo.reviewed", approved=approved)


def _looked(work: Work, person_id: PersonId, photo: PersonFile) -> bool:
    """Whoever decides has seen it: a word without a look would be a rubber stamp."""
    seen = select(Look.seq).where(
        Look.person_id == person_id,
        Look.account_id == work.actor.account_id,
        Look.what == PaperKind.PHOTO.value,
        Look.at >= photo.made_at,
    )
    return work.session.scalar(seen.limit(1)) is not None


def save_signature(work: Work, person_id: PersonId, png: bytes) -> None:
    """Keep a handwritten signature.

    Raises: Refused when the profile is locked.
    """
    row = own(work, person_id, Section.SIGNATURE)
    write_picture(work, row, PaperKind.SIGNATURE, png)
    note_saved(work, row, Section.SIGNATURE)


def accept_pictures(
    work: Work, person_id: PersonId, given: Mapping[PaperKind, bytes]
) -> None:
    """Take the likeness that an office accepted with an application into the profile.

    The certificate prints it, and whatever is printed later; the lock of a profile
    keeps its owner from writing, not the authority. The same again changes nothing.
    """
    row = begun(work, person_id)
    for kind, body in given.items():
        if _file(work, row, kind) and picture(work.session, person_id, kind) == body:
            continue
        write_picture(work, row, kind, body)
        if kind is PaperKind.PHOTO:
            _drop(work, row, PaperKind.PHOTO_DRAFT)
        note_saved(work, row, Section(kind.value))


def write_picture(
    work: Work,
    row: Person,
    kind: PaperKind,
    body: bytes,
    made_at: datetime | None = None,
) -> PersonFile:
    """Seal a picture in its place, accepted, whatever the lock says.

    `made_at` is when its owner gave it, where that was before now.
    """
    key = keys.ensure_key(work, PersonId(row.id))
    sealed = pii.seal(key, body, file_place(kind, row.id))
    held = _file(work, row, kind)
    if held is None:
        held = PersonFile(person_id=row.id, kind=kind)
        work.session.add(held)
    held.state = PhotoState.ACCEPTED
    held.finding = None
    held.body = sealed
    held.made_at = made_at or work.now
    work.session.flush()
    return held


def _file(work: Work, row: Person, kind: PaperKind) -> PersonFile | None:
    return work.session.get(PersonFile, (row.id, kind))


def _drop(work: Work, row: Person, kind: PaperKind) -> None:
    held = _file(work, row, kind)
    if held is not None:
        work.session.delete(held)
        work.session.flush()
