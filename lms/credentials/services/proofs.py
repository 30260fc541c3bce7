"""Print certificates before their numbers are held.

Almost every byte of a certificate hangs on its number: it is written, in the code, and
signed. So each is printed with the number that it will most likely have, while nobody
waits. Only where another issuer was faster is it printed again, with the row held.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from lms.credentials.ports import Printer
from lms.credentials.rules import Facts, new_code, number
from lms.credentials.rules.files import Printed, Seals
from lms.credentials.services import ahead
from lms.credentials.services.ahead import Wanted
from lms.credentials.services.gathering import Gathered
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work, fail_point
from lms.signing import queries as signing
from lms.signing import rules as signers
from lms.signing.rules import Ring
from lms.signing.services.holding import hold


@dataclass(frozen=True, slots=True)
class Proof:
    """A certificate as it was printed with a number; it may never become one.

    PII: `facts`, `printed`.
    """

    gathered: Gathered
    serial: int
    facts: Facts
    printed: Printed


class _Lender:
    """Lends the keys that an owner has at a moment; they are read at most once.

    It knows nothing of what is sealed: proofs of a few megabytes are gone with their
    last use, and wait for no collector of rings.
    """

    def __init__(self, session: Session, owner: str, at: datetime) -> None:
        self.ring: Ring | None = None
        self._session, self._owner, self._at = session, owner, at

    def __call__(self) -> Ring:
        if self.ring is None:
            self.ring = signing.ring(self._session, self._owner, self._at)
        return self.ring


class Proofs:
    """The proofs of one association, sealed with keys that were lent once."""

    def __init__(
        self, printer: Printer, there: AssociationId, session: Session, at: datetime
    ) -> None:
        self._printer = printer
        self._owner = signers.association(there)
        self._made: dict[object, Proof] = {}
        self._lend(session, at)

    def fresh(self, now: datetime) -> bool:
        """Tell whether their seals are of about now; each says when it was made."""
        return now - self._seals.at < ahead.FRESH

    def _lend(self, session: Session, at: datetime) -> None:
        self._lender = _Lender(session, self._owner, at)
        self._seals = Seals(at, self._lender)

    def prepare(self, gathered: Sequence[Gathered], first: int) -> None:
        """Print certificates as if the first of them had that number.

        Raises: what the printer raises.
        """
        for serial, one in enumerate(gathered, first):
            self.of(one, serial)

    def of(self, one: Gathered, serial: int) -> Proof:
        """Give a certificate with this number; print it, unless it is just so printed.

        Raises: what the printer raises.
        """
        who = one.entry.person_id, one.entry.standing.specialty
        made = self._made.get(who)
        if made is None or made.serial != serial or made.gathered != one:
            made = self._made[who] = self._print(one, serial)
        return made

    def _print(self, one: Gathered, serial: int) -> Proof:
        issuer = one.issuer
        facts = replace(
            one.facts,
            number=number(issuer.code, issuer.on.year, serial),
            token=new_code(),
        )
        facts = ahead.settled(facts)
        printed = ahead.sealed(
            self._seals,
            Wanted(facts, (one.photo, issuer.design)),
            lambda lent: self._printer.print(facts, one.photo, issuer.design, lent),
        )
        fail_point("credentials.printed")
        return Proof(one, serial, facts, printed)

    def hold_keys(self, work: Work) -> None:
        """Hold the keys as they are until the work ends; what others sealed is void.

        Raises: Refused("signing.no_keys").
        """
        while (ring := self._lender.ring) is not None and not hold(work, ring):
            self._made.clear()
            self._lend(work.session, work.now)
            self._seals.lend()
