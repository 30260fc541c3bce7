"""Whether anything was put right since the desk asked for it."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from lms.people.rules import PaperKind
from lms.registration.queries import applications, dossier, likeness
from lms.registration.queries.applications import ApplicationCard, EventCard
from lms.registration.rules.states import Act
from lms.registration.rules.supplements import Held, digest

DOSSIER = "dossier"
"""Under which name the act of asking keeps what the desk had before it."""


def standing(session: Session, card: ApplicationCard) -> str:
    """Sum up the papers, photo and signature of an application as they are now."""
    cards = dossier.history(session, card.id, card.person_id)
    papers = [
        Held(str(one.id), kind, one.sent_sha256, one.given.told(), one.given.made_of)
        for kind, one in dossier.current(cards).items()
    ]
    return digest(papers, _likeness(session, card))


def _likeness(session: Session, card: ApplicationCard) -> Iterator[bytes]:
    shown = likeness.pictures(session, card)
    for kind in (PaperKind.PHOTO, PaperKind.SIGNATURE):
        yield shown.get(kind, b"")


def asked(session: Session, card: ApplicationCard) -> EventCard | None:
    """Find the act by which the desk asked for a supplement."""
    history = applications.history(session, card.id)
    return next((e for e in reversed(history) if e.act is Act.SUPPLEMENT), None)


def unaltered(session: Session, card: ApplicationCard) -> bool:
    """Tell whether all is as it was when the desk asked; the same file is no change.

    Of what was asked for before this was kept, nobody can tell: it passes.
    """
    told = asked(session, card)
    before = told.facts.get(DOSSIER) if told else None
    return before is not None and before == standing(session, card)
