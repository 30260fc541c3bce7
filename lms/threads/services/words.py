"""Put one more word into a matter, sealed; and find the matter, locked."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from lms.accounts import services as accounts
from lms.claims.ports import Paper
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Forbidden, NotFound
from lms.kernel.ids import AccountId, PersonId, new_id
from lms.kernel.work import Work
from lms.policy.answering import Matter
from lms.threads import queries
from lms.threads.models import Thread, ThreadFile, ThreadMessage
from lms.threads.queries.cards import place
from lms.threads.rules import Side


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says. `once` is the number of the form that it was typed into.

    `interim`: the desk says it beforehand, and owes the answer still.

    PII: words and papers.
    """

    once: UUID
    body: str = field(repr=False)
    papers: Sequence[Paper] = field(default=(), repr=False)
    interim: bool = False


def stream(row: Thread) -> str:
    """Name the stream of evidence that a matter's lines stand in."""
    return f"person:{row.person_id}"


def speaker(work: Work) -> tuple[AccountId, PersonId]:
    """Name who speaks.

    Raises: Forbidden for nobody.
    """
    if work.actor.account_id is None or work.actor.person_id is None:
        raise Forbidden("thread.nobody")
    return work.actor.account_id, work.actor.person_id


def locked(work: Work, thread_id: UUID) -> Thread:
    """Find a matter and let others wait until this work ends.

    Raises: NotFound.
    """
    row = work.session.scalar(
        select(Thread)
        .where(Thread.id == thread_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("thread.unknown")
    return row


def said_before(work: Work, once: UUID) -> UUID | None:
    """Name the matter in which the same form was said already by the same account."""
    account_id, _person = speaker(work)
    return work.session.scalar(
        select(ThreadMessage.thread_id).where(
            ThreadMessage.account_id == account_id, ThreadMessage.once == once
        )
    )


def key_of(work: Work, row: Thread) -> bytes:
    """Give the key of all that is said in a matter: a company's own, or the asker's."""
    if row.wrapped is not None:
        return pii.unwrap(row.wrapped, place("thread", row.id))
    return accounts.ensure_key(work, PersonId(row.person_id))


def add(work: Work, row: Thread, side: Side, said: Said, kind: str) -> None:
    """Add a word with its papers, and its line of evidence.

    The line holds a digest of what is sealed: the words themselves may be forgotten.
    """
    account_id, person_id = speaker(work)
    key = key_of(work, row)
    word_id = new_id()
    sealed = pii.seal(key, said.body.strip(), place("thread_messages", word_id))
    row.last_n += 1
    row.moved_at = work.now
    work.session.add(
        ThreadMessage(
            id=word_id,
            thread_id=row.id,
            n=row.last_n,
            at=work.now,
            side=side,
            account_id=account_id,
            person_id=person_id,
            once=said.once,
            body=sealed,
            interim=said.interim,
        )
    )
    work.session.flush()
    marks = [_keep(work, row, word_id, paper, key) for paper in said.papers]
    evidence.note(
        work,
        stream(row),
        kind,
        thread=str(row.id),
        n=row.last_n,
        sealed=hashlib.sha256(sealed).hexdigest(),
        papers=marks,
    )


def _keep(work: Work, row: Thread, word_id: UUID, paper: Paper, key: bytes) -> str:
    file_id = new_id()
    digest = hashlib.sha256(paper.body).digest()
    work.session.add(
        ThreadFile(
            id=file_id,
            thread_id=row.id,
            message_id=word_id,
            media=paper.media,
            size=len(paper.body),
            sha256=digest,
            body=pii.seal(key, paper.body, place("thread_files", file_id)),
        )
    )
    return digest.hex()


def promise(work: Work, row: Thread, matter: Matter) -> None:
    """Let an answer be owed from now on, by the limit that holds today."""
    found = queries.promise(
        work.session, row.association_id, matter, legal_day(work.now)
    )
    row.waits_since = work.now
    row.workdays, row.due_on, row.due_firm = found.workdays, found.due_on, found.firm
