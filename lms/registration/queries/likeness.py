"""The photo and the signature that an application goes by: one truth for all who look.

What was handed in with it counts; where it asks for none, the profile's.
"""

from sqlalchemy.orm import Session

from lms.kernel.errors import NotFound
from lms.people import queries as people
from lms.people.rules import PaperKind
from lms.policy.flow import MaterialKind
from lms.registration.queries import dossier
from lms.registration.queries.applications import ApplicationCard

_AS = {
    PaperKind.PHOTO: MaterialKind.PHOTO,
    PaperKind.SIGNATURE: MaterialKind.SIGNATURE,
}
_MEDIA = frozenset({"image/jpeg", "image/png"})


def handed(session: Session, card: ApplicationCard) -> dict[PaperKind, bytes]:
    """Open the photo and the signature that were handed in with an application."""
    found = dossier.current(dossier.history(session, card.id, card.person_id))
    return {
        shelf: dossier.opened(session, card.person_id, found[kind])
        for shelf, kind in _AS.items()
        if kind in found and found[kind].kept and found[kind].media in _MEDIA
    }


def pictures(session: Session, card: ApplicationCard) -> dict[PaperKind, bytes]:
    """Open the photo and the signature that would be printed, if there are any."""
    found = handed(session, card)
    for kind in _AS.keys() - found.keys():
        try:
            found[kind] = people.picture(session, card.person_id, kind)
        except NotFound:
            continue
    return found
