"""Hold keys while something that they sealed is written down."""

from sqlalchemy import bindparam, select, text

from lms.kernel.work import Work
from lms.signing.models import SigningKey
from lms.signing.rules import Ring, Standing

_K = SigningKey.__table__.c
_IN_USE = (
    select(_K.kid)
    .where(
        _K.owner == bindparam("owner"),
        # Word for word as the partial index has it.
        text(f"standing = '{Standing.ACTIVE.value}'"),
        _K.broken_at.is_(None),
    )
    .with_for_update(read=True)
)


def hold(work: Work, ring: Ring) -> bool:
    """Hold lent keys as they are until this work ends; tell whether they may sign.

    Whoever calls one broken or replaces it waits until then: from that moment on
    nothing more is issued with it.
    """
    named = {"owner": ring.owner}
    in_use = set(work.session.connection().execute(_IN_USE, named).scalars())
    return all(
        key.kid in in_use and key.valid_from <= work.now < key.valid_until
        for key in (ring.document, ring.seal, ring.credential)
    )
