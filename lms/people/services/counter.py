"""An association's counter: somebody without a telephone opens an account there."""

from dataclasses import dataclass, field

from lms.accounts import queries as accounts
from lms.accounts import services as account_services
from lms.accounts.queries.merging import known_to
from lms.accounts.rules import (
    COUNTER_FAILURES_A_DAY,
    SENSITIVE,
    SENSITIVE_TEXT_ON,
    SlipPurpose,
)
from lms.accounts.services import Slip, throttle
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import AccountId, AssociationId, PersonId
from lms.kernel.work import Work
from lms.people.queries import naming
from lms.people.rules import IdentityFacts, identity_problems
from lms.people.services.numbers import Said, report_number
from lms.people.services.persons import save_identity
from lms.people.services.reveals import note_look

LOOK = "counter"

TELLING = frozenset(
    {
        "counter.there_already", "counter.other_name", "number.free",
        "person.unknown", "slip.not_active", "slip.own", "slip.staff",
        "slip.unknown_anywhere", "slip.unknown_here",
    }
)  # fmt: skip
"""Refusals that tell whether a number has an account, and whose it is not."""


@dataclass(frozen=True, slots=True)
class Came:
    """Who came, as their identity card says, seen by the clerk. PII: all of it."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    place: str = ""


def begin_try(work: Work) -> None:
    """Count one try of who stands at the counter, before it is made.

    A name and a number tell a clerk whether somebody has an account, wherever they
    study: many tries that come to nothing are no honest day's work.

    Raises: Refused when too many came to nothing today.
    """
    if not throttle.claim_of(work, _tries(work), COUNTER_FAILURES_A_DAY):
        raise Refused("counter.too_many_failed", n=COUNTER_FAILURES_A_DAY)


def forgive_try(work: Work) -> None:
    """Take a try back that came to something, or told nothing."""
    throttle.forgive_network(work, _tries(work))


def end_try(work: Work, deed: str, why: str) -> None:
    """Write down a try that was refused, if it told something of an account.

    The line names neither number nor name: managers see who tried, when and how often.
    """
    if why in TELLING:
        kind = "account.counter_failed"
        evidence.note(work, f"association:{_place(work)}", kind, deed=deed, why=why)
    elif why != "counter.too_many_failed":
        forgive_try(work)


def _tries(work: Work) -> bytes:
    who = f"{work.actor.account_id}|{legal_day(work.now)}"
    return throttle.bucket("counter", who)


def sign_up_at_counter(work: Work, came: Came) -> Slip:
    """Open an account for who showed their card and signed the consent on paper.

    It is known to the clerk's association from now on, and nothing can be done with it
    until its owner has set a password of their own by the slip.

    Raises: Refused with what is wrong, and when a clerk has opened too many; Conflict
        for a number that has an account: that one is to be recovered.
    """
    here = _place(work)
    problems = identity_problems(
        IdentityFacts(came.name, came.id_number), legal_day(work.now)
    )
    if problems:
        raise Refused("profile.invalid", reasons=problems)
    if naming.person_with(work.session, came.id_number) is not None:
        raise Conflict("counter.there_already")
    account_id, person_id = _opened(work, came, here)
    save_identity(work, person_id, came.name, came.id_number)
    return account_services.print_slip(work, account_id, SlipPurpose.OPEN)


def recover_at_counter(work: Work, came: Came) -> Slip:
    """Print a slip that sets a new password, for who showed their card.

    The name must be the account's, so that a number alone recovers nothing. The
    contacts that the account has are told. One clerk's word is enough only for who is
    known to their association: an account that no association knows would be open to
    every counter in the country. Its owner has the contact that it was opened with;
    without that, two managers look at the card (`dispute_at_counter`).

    Raises: NotFound where nobody has the number; Refused for another name, for who
        does not study here or anywhere, for staff, and when a clerk has printed too
        many.
    """
    person_id = naming.person_with(work.session, came.id_number)
    if person_id is None:
        raise NotFound("person.unknown")
    account = accounts.account_of(work.session, person_id)
    if account.name != came.name.strip():
        raise Refused("counter.other_name")
    known = known_to(work.session, person_id)
    if _place(work) not in known:
        raise Refused("slip.unknown_here" if known else "slip.unknown_anywhere")
    note_look(work, person_id, LOOK, f"本人持身份证到柜台重设密码（{came.place}）")
    return account_services.print_slip(work, account.id, SlipPurpose.RESET)


def dispute_at_counter(work: Work, came: Came) -> Slip:
    """Open an account for who cannot enter, or does not own, the one with their number.

    It has no number until two managers have found out whose it is: then the two
    accounts are merged, or the number changes hands. Who holds it is told today.

    Raises: as `sign_up_at_counter`; Refused where the number is free.
    """
    here = _place(work)
    _account_id, person_id = _opened(work, came, here)
    reason = (
        f"本人持身份证到柜台，说已有的账号不是自己开的，或已经进不去（{came.place}）"
    )
    said = Said(came.name, came.id_number, reason, at_counter=True)
    report_number(work, person_id, here, said)
    return account_services.print_slip(work, _account_id, SlipPurpose.OPEN)


def _opened(work: Work, came: Came, here: AssociationId) -> tuple[AccountId, PersonId]:
    account_id = account_services.open_at_counter(work, came.name)
    person_id = accounts.account(work.session, account_id).person_id
    account_services.know_learner(work, person_id, here)
    # Signed on paper at the counter, which the clerk has ticked.
    account_services.consent(work, account_id, SENSITIVE, text_on=SENSITIVE_TEXT_ON)
    note_look(work, person_id, LOOK, f"本人持身份证到柜台开户（{came.place}）")
    return account_id, person_id


def _place(work: Work) -> AssociationId:
    if work.actor.association_id is None:
        raise Forbidden("staff.no_association")
    return work.actor.association_id
