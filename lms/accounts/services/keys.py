"""The data key of each person."""

from sqlalchemy import delete, select

from lms.accounts.models import PersonKey
from lms.accounts.queries import data_key
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.ids import PersonId
from lms.kernel.work import Work

__all__ = ["data_key", "destroy_key", "ensure_key"]


def ensure_key(work: Work, person_id: PersonId) -> bytes:
    """Give a person's data key, and mint it when there is none yet."""
    wrapped = work.session.scalar(
        select(PersonKey.wrapped).where(PersonKey.person_id == person_id)
    )
    if wrapped is not None:
        return pii.unwrap(wrapped, str(person_id))
    key = pii.new_key()
    work.session.add(
        PersonKey(
            person_id=person_id,
            wrapped=pii.wrap(key, str(person_id)),
            created_at=work.now,
        )
    )
    work.session.flush()
    return key


def destroy_key(work: Work, person_id: PersonId) -> None:
    """Make everything sealed of a person unreadable for ever, backups included."""
    work.session.execute(delete(PersonKey).where(PersonKey.person_id == person_id))
    evidence.note(work, f"person:{person_id}", "person.key_destroyed")
