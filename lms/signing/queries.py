"""Keys as other rooms see them: lent to sign, or published to check."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.approvals import queries as approvals
from lms.approvals.queries import ApprovalCard
from lms.kernel import pii
from lms.kernel.errors import NotFound, Refused
from lms.signing.models import (
    SigningKey,
    SigningKeyLine,
    SigningList,
    SigningQuestion,
    SigningRoot,
)
from lms.signing.rules import (
    HOUSE_PLACE,
    Act,
    Key,
    PublishedKey,
    Purpose,
    Ring,
    Root,
    Standing,
    is_ready,
)


@dataclass(frozen=True, slots=True)
class LineCard:
    """One change of a key."""

    act: str
    standing: Standing
    reason: str
    account_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class KeyCard:
    """A key as those see it who look after it. `question` is how it came."""

    published: PublishedKey
    place: str
    made_at: datetime
    question: ApprovalCard | None
    lines: tuple[LineCard, ...]


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """What is asked about keys, and what has been said."""

    id: UUID
    act: Act
    purpose: Purpose
    kid: str
    public: bytes
    chain: tuple[bytes, ...]
    valid_from: datetime | None
    valid_until: datetime | None
    ended_at: datetime | None
    approval: ApprovalCard
    owner: str
    owner_name: str
    other_name: str
    foreign_seal: bool
    material: bytes
    demonstration: bool


@dataclass(frozen=True, slots=True)
class RootCard:
    """A root of the house as anybody may see it; `listed_at` is of its newest list."""

    kid: str
    root: Root
    certificate: bytes
    made_at: datetime
    valid_until: datetime
    retired_at: datetime | None
    demonstration: bool
    listed_at: datetime | None


def ring(session: Session, owner: str, at: datetime) -> Ring:
    """Lend the keys with which an owner signs at an instant.

    Raises: Refused("signing.no_keys"), naming each that is not there.
    """
    rows = session.scalars(
        select(SigningKey).where(
            SigningKey.owner == owner, SigningKey.standing == Standing.ACTIVE
        )
    ).all()
    found = {row.purpose: row for row in rows if is_ready(_published(row), at)}
    lacking = tuple(
        f"signing.no_{purpose.value}" for purpose in Purpose if purpose not in found
    )
    if lacking:
        raise Refused("signing.no_keys", reasons=lacking)
    return Ring(
        owner,
        document=lent(found[Purpose.DOCUMENT]),
        seal=lent(found[Purpose.SEAL]),
        credential=lent(found[Purpose.CREDENTIAL]),
    )


def credential_key(session: Session, owner: str, at: datetime) -> Key | None:
    """Lend the key of an owner's credentials, if there is one that is ready here.

    One that lies outside is not: what needs it must not wait for others.
    """
    row = session.scalar(
        select(SigningKey).where(
            SigningKey.owner == owner,
            SigningKey.purpose == Purpose.CREDENTIAL,
            SigningKey.standing == Standing.ACTIVE,
            SigningKey.place == HOUSE_PLACE,
        )
    )
    ready = row is not None and is_ready(_published(row), at)
    return lent(row) if row is not None and ready else None


def published(session: Session) -> tuple[PublishedKey, ...]:
    """List every key there ever was, by owner and purpose, the newest first."""
    rows = session.scalars(
        select(SigningKey).order_by(
            SigningKey.owner, SigningKey.purpose, SigningKey.made_at.desc()
        )
    )
    return tuple(_published(row) for row in rows)


def roots(session: Session) -> tuple[RootCard, ...]:
    """List the house's roots, also those that certify nobody any more."""
    rows = session.execute(
        select(SigningRoot, SigningList.made_at)
        .outerjoin(SigningList, SigningList.root_id == SigningRoot.id)
        .where(SigningRoot.root != Root.MAKER)
        .order_by(SigningRoot.root, SigningRoot.made_at.desc())
    )
    return tuple(
        RootCard(
            kid=row.kid,
            root=row.root,
            certificate=row.certificate,
            made_at=row.made_at,
            valid_until=row.valid_until,
            retired_at=row.retired_at,
            demonstration=row.demonstration,
            listed_at=listed_at,
        )
        for row, listed_at in rows
    )


def revoked(session: Session, kid: str) -> bytes:
    """Give a root's newest list of what it revoked. Shape: CRL, DER.

    Raises: NotFound.
    """
    found = session.scalar(
        select(SigningList.body)
        .join(SigningRoot, SigningRoot.id == SigningList.root_id)
        .where(SigningRoot.kid == kid)
    )
    if found is None:
        raise NotFound("signing.unknown")
    return found


def document_lists(session: Session) -> tuple[bytes, ...]:
    """Give the newest lists of all roots of documents, for files that shall last."""
    return tuple(
        session.scalars(
            select(SigningList.body)
            .join(SigningRoot, SigningRoot.id == SigningList.root_id)
            .where(SigningRoot.root == Root.DOCUMENT)
            .order_by(SigningRoot.made_at)
        )
    )


def trust(session: Session) -> Mapping[str, PublishedKey]:
    """Give the published keys by their names."""
    return {key.kid: key for key in published(session)}


def ending(
    session: Session, now: datetime, until: datetime
) -> tuple[PublishedKey, ...]:
    """List the keys in use that end between two instants."""
    rows = session.scalars(
        select(SigningKey)
        .where(
            SigningKey.standing == Standing.ACTIVE,
            SigningKey.valid_until > now,
            SigningKey.valid_until <= until,
        )
        .order_by(SigningKey.valid_until)
    )
    return tuple(_published(row) for row in rows)


def keys_of(session: Session, owner: str) -> tuple[KeyCard, ...]:
    """List an owner's keys with their story, the newest first."""
    rows = session.scalars(
        select(SigningKey)
        .where(SigningKey.owner == owner)
        .order_by(SigningKey.made_at.desc(), SigningKey.id)
    ).all()
    said: dict[UUID, list[LineCard]] = {row.id: [] for row in rows}
    for line in session.scalars(
        select(SigningKeyLine)
        .where(SigningKeyLine.key_id.in_(said))
        .order_by(SigningKeyLine.seq)
    ):
        said[line.key_id].append(_line(line))
    asked = approvals.these(
        session, [row.question_id for row in rows if row.question_id]
    )
    return tuple(
        KeyCard(
            published=_published(row),
            place=row.place,
            made_at=row.made_at,
            question=asked.get(row.question_id) if row.question_id else None,
            lines=tuple(said[row.id]),
        )
        for row in rows
    )


def questions(
    session: Session, owner: str, *, open_only: bool = False
) -> tuple[QuestionCard, ...]:
    """List what was asked about an owner's keys, the newest first."""
    chosen = select(SigningQuestion).where(SigningQuestion.owner == owner)
    if open_only:
        chosen = chosen.where(SigningQuestion.ended_at.is_(None))
    rows = session.scalars(chosen.order_by(SigningQuestion.asked_at.desc())).all()
    return _questions(session, rows)


def question(session: Session, owner: str, question_id: UUID) -> QuestionCard:
    """Give one question about an owner's keys.

    Raises: NotFound, for another owner's too.
    """
    row = session.get(SigningQuestion, question_id)
    if row is None or row.owner != owner:
        raise NotFound("signing.unknown")
    return _questions(session, [row])[0]


def waiting_for_operator(session: Session) -> tuple[QuestionCard, ...]:
    """List the questions to which two have said yes, and the operator's word lacks.

    Those of the authorities stand on their own pages.
    """
    rows = session.scalars(
        select(SigningQuestion)
        .where(
            SigningQuestion.ended_at.is_(None),
            SigningQuestion.owner.like("association:%"),
            SigningQuestion.other_name.is_not(None)
            | SigningQuestion.foreign_seal.is_(True),
        )
        .order_by(SigningQuestion.asked_at)
    ).all()
    cards = _questions(session, rows)
    return tuple(card for card in cards if card.approval.decisions)


def _questions(
    session: Session, rows: Iterable[SigningQuestion]
) -> tuple[QuestionCard, ...]:
    listed = list(rows)
    asked = approvals.these(session, [row.id for row in listed])
    return tuple(
        QuestionCard(
            id=row.id,
            act=row.act,
            purpose=row.purpose,
            kid=row.kid,
            public=row.public or b"",
            chain=certificates(row.chain or b""),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            ended_at=row.ended_at,
            approval=asked[row.id],
            owner=row.owner,
            owner_name=row.owner_name,
            other_name=row.other_name or "",
            foreign_seal=bool(row.foreign_seal),
            material=row.material or b"",
            demonstration=row.demonstration,
        )
        for row in listed
    )


def lent(row: SigningKey) -> Key:
    """Open a key for a signer.

    Raises: SealBroken when its secret was moved or changed.
    """
    return Key(
        kid=row.kid,
        purpose=row.purpose,
        owner=row.owner,
        public=row.public,
        chain=certificates(row.chain),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        place=row.place,
        material=row.material,
        secret=opened(row.wrapped, row.secret, secret_place("signing_keys", row.id)),
    )


def secret_place(table: str, row_id: UUID) -> str:
    """Name where a secret is sealed, so that it opens nowhere else."""
    return f"{table}|secret|{row_id}"


def opened(wrapped: bytes | None, secret: bytes | None, place: str) -> bytes:
    """Open a sealed secret; one that is not there is empty.

    Raises: SealBroken.
    """
    if wrapped is None or secret is None:
        return b""
    return pii.unseal(pii.unwrap(wrapped, place), secret, place)


def certificates(joined: bytes) -> tuple[bytes, ...]:
    """Part a chain into its certificates: each tells its own length in DER."""
    parts, at = [], 0
    while at < len(joined):
        size = _size(joined, at)
        parts.append(joined[at : at + size])
        at += size
    return tuple(parts)


_LONG = 0x80


def _size(data: bytes, at: int) -> int:
    first = data[at + 1]
    if first < _LONG:
        return 2 + first
    count = first & 0x7F
    return 2 + count + int.from_bytes(data[at + 2 : at + 2 + count], "big")


def _line(row: SigningKeyLine) -> LineCard:
    return LineCard(row.act, row.standing, row.reason, row.account_id, row.at)


def _published(row: SigningKey) -> PublishedKey:
    return PublishedKey(
        kid=row.kid,
        purpose=row.purpose,
        owner=row.owner,
        owner_name=row.owner_name,
        public=row.public,
        chain=certificates(row.chain),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        standing=row.standing,
        changed_at=row.changed_at,
        broken_at=row.broken_at,
        demonstration=row.demonstration,
        other_name=row.other_name or "",
        vouched=row.vouched or "",
    )
