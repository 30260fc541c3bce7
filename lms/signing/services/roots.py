"""The house's own authority: made once, replaced with overlap, and what it revoked."""

import hashlib
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.signing import queries
from lms.signing.models import SigningKey, SigningList, SigningQuestion, SigningRoot
from lms.signing.ports import (
    Authority,
    KeyMaker,
    Revocations,
    Revoked,
    RootPair,
)
from lms.signing.rules import (
    HOUSE,
    LIST_FRESH,
    LIST_LIFE,
    Act,
    Purpose,
    Root,
    Standing,
    kid_of,
)

_RENEWED = {
    Purpose.DOCUMENT: (Root.DOCUMENT,),
    # Who makes seals is certified by the root of seals: they are replaced together.
    Purpose.SEAL: (Root.SEAL, Root.MAKER),
}
_SIGN_LISTS = (Root.DOCUMENT, Root.SEAL)


def authority(work: Work, maker: KeyMaker, *, demonstration: bool) -> Authority:
    """Give the house's own authority; it is made on the first need."""
    pairs = _pairs(work, demonstration=demonstration)
    if len(pairs) < len(Root):
        made = maker.found(work.now, demonstration=demonstration)
        for root in Root:
            _keep(work, root, getattr(made, root.value), demonstration)
        try:
            work.session.flush()
        except IntegrityError as error:
            # Two first needs at once: one authority stands, the other tries again.
            raise Conflict("signing.raced") from error
        pairs = _pairs(work, demonstration=demonstration)
    return Authority(
        document=pairs[Root.DOCUMENT], seal=pairs[Root.SEAL], maker=pairs[Root.MAKER]
    )


def renew(
    work: Work,
    maker: KeyMaker,
    purpose: Purpose,
    question_id: UUID,
    *,
    demonstration: bool,
) -> None:
    """Replace the root that certifies keys of a purpose.

    The one before certifies nobody any more. It stays published, goes on telling what
    it revoked, and what hangs on it verifies as before.

    Raises: Refused where there is none yet; Conflict when another came first.
    """
    held = _held(work, _RENEWED[purpose], demonstration=demonstration)
    if len(held) < len(_RENEWED[purpose]):
        raise Refused("signing.no_roots")
    generation = 1 + max(row.generation for row in held)
    made = maker.found(work.now, demonstration=demonstration, generation=generation)
    for row in held:
        row.retired_at = work.now
    work.session.flush()
    for root in _RENEWED[purpose]:
        pair: RootPair = getattr(made, root.value)
        row = _keep(work, root, pair, demonstration, generation)
        row.question_id = question_id
        evidence.note(work, HOUSE, "signing.root_renewed", root=root, kid=row.kid)
    try:
        work.session.flush()
    except IntegrityError as error:
        raise Conflict("signing.raced") from error


def _held(
    work: Work, roots: tuple[Root, ...], *, demonstration: bool
) -> list[SigningRoot]:
    return list(
        work.session.scalars(
            select(SigningRoot)
            .where(
                SigningRoot.root.in_(roots),
                SigningRoot.demonstration.is_(demonstration),
                SigningRoot.retired_at.is_(None),
            )
            .order_by(SigningRoot.root)
            .with_for_update()
        )
    )


def _pairs(work: Work, *, demonstration: bool) -> dict[Root, RootPair]:
    rows = work.session.scalars(
        select(SigningRoot).where(
            SigningRoot.demonstration.is_(demonstration),
            SigningRoot.retired_at.is_(None),
        )
    )
    return {row.root: _pair(row) for row in rows}


def _pair(row: SigningRoot) -> RootPair:
    place = queries.secret_place("signing_roots", row.id)
    secret = queries.opened(row.wrapped, row.secret, place)
    return RootPair(row.certificate, secret, row.valid_until)


def _keep(
    work: Work,
    root: Root,
    pair: RootPair,
    demonstration: bool,  # noqa: FBT001 - a column
    generation: int = 1,
) -> SigningRoot:
    row_id = new_id()
    wrapped, secret = sealed(pair.secret, queries.secret_place("signing_roots", row_id))
    row = SigningRoot(
        id=row_id,
        kid=kid_of(pair.certificate),
        generation=generation,
        root=root,
        demonstration=demonstration,
        certificate=pair.certificate,
        wrapped=wrapped,
        secret=secret,
        valid_until=pair.valid_until,
        made_at=work.now,
        retired_at=None,
        question_id=None,
    )
    work.session.add(row)
    return row


def sealed(secret: bytes, place: str) -> tuple[bytes, bytes]:
    """Seal a secret under a key of its own, and that key under the master key."""
    key = pii.new_key()
    return pii.wrap(key, place), pii.seal(key, secret, place)


# -- what was revoked -----------------------------------------------------------------


def make_lists(work: Work, maker: KeyMaker) -> int:
    """Sign anew each list that is old, or says other than is so; say how many.

    A retired root tells what it revoked as long as it is good itself.
    """
    rows = work.session.scalars(
        select(SigningRoot)
        .where(SigningRoot.root.in_(_SIGN_LISTS), SigningRoot.valid_until > work.now)
        .order_by(SigningRoot.id)
        .with_for_update()
    ).all()
    broken = _broken(work) if rows else ()
    return sum(_list(work, maker, row, broken) for row in rows)


_Broken = tuple[tuple[bytes, Revoked], ...]
"""Each with the root that certified it."""


def _broken(work: Work) -> _Broken:
    """List the certificates of the house whose keys were called broken."""
    asked = work.session.scalars(
        select(SigningKey.public)
        .join(SigningQuestion, SigningQuestion.key_id == SigningKey.id)
        .where(
            SigningQuestion.act == Act.COMPROMISE, SigningQuestion.ended_at.is_(None)
        )
    )
    open_alarms = set(asked)
    rows = work.session.scalars(
        select(SigningKey)
        .where(SigningKey.standing == Standing.COMPROMISED)
        .order_by(SigningKey.kid)
    )
    found = []
    for row in rows:
        chain = queries.certificates(row.chain)
        if chain and row.broken_at is not None:
            held = row.public in open_alarms
            found.append((chain[-1], Revoked(chain[0], row.broken_at, held=held)))
    return tuple(found)


def _list(work: Work, maker: KeyMaker, root: SigningRoot, broken: _Broken) -> bool:
    """Sign one root's list, if it must be."""
    entries = tuple(one for above, one in broken if above == root.certificate)
    covers = _digest(entries)
    row = work.session.get(SigningList, root.id, with_for_update=True)
    if row and row.covers == covers and row.next_at - work.now > LIST_FRESH:
        return False
    until = min(work.now + LIST_LIFE, root.valid_until)
    number = row.number + 1 if row else 1
    told = Revocations(entries, number, work.now, until)
    body = maker.revocations(_pair(root), root.root, told)
    if row is None:
        row = SigningList(root_id=root.id)
        work.session.add(row)
    row.number, row.body, row.covers = number, body, covers
    row.made_at, row.next_at = work.now, until
    work.session.flush()
    return True


def _digest(entries: tuple[Revoked, ...]) -> bytes:
    listed = sorted(
        f"{kid_of(one.certificate)} {one.since.isoformat()} {one.held}"
        for one in entries
    )
    return hashlib.sha256("\n".join(listed).encode()).digest()
