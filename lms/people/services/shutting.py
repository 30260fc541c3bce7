"""A learner's account is shut for a while, and opened again, for a reason."""

from lms.accounts import queries as accounts
from lms.accounts import services as account_services
from lms.accounts.queries.merging import known_to
from lms.accounts.rules import STAFF
from lms.catalogue import queries as catalogue
from lms.kernel.clock import legal_day
from lms.kernel.errors import Forbidden, Refused
from lms.kernel.ids import AccountId, PersonId
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.notify.rules import Channel, Letter
from lms.people.services.reveals import note_look


def suspend(work: Work, person_id: PersonId, reason: str) -> None:
    """Shut a learner's account for a while, for a reason that they are told.

    Raises: Refused without a reason, for staff, and for who is known elsewhere too;
        Conflict for an account that is not in use.
    """
    account_id = _shuttable(work, person_id)
    note_look(work, person_id, "suspended", reason)
    account_services.suspend(work, account_id)
    _tell(work, account_id, "account_suspended", reason)


def reinstate(work: Work, person_id: PersonId, reason: str) -> None:
    """Open a suspended learner's account again.

    Raises: as `suspend`.
    """
    account_id = _shuttable(work, person_id)
    note_look(work, person_id, "reinstated", reason)
    account_services.reinstate(work, account_id)
    _tell(work, account_id, "account_reinstated", reason)


def _tell(work: Work, account_id: AccountId, template: str, reason: str) -> None:
    """Tell whose account it is; the words of the reason are sealed."""
    here = work.actor.association_id
    name = catalogue.association(work.session, here).name if here else ""
    letter = Letter(
        channel=Channel.CONTACT,
        template=template,
        to_account=account_id,
        facts={"on": legal_day(work.now).isoformat(), "association": name},
        secrets={"reason": reason.strip()[:200]},
        association_id=here,
    )
    notify.owe(work, letter)


def _shuttable(work: Work, person_id: PersonId) -> AccountId:
    here = work.actor.association_id
    if here is None:
        raise Forbidden("staff.no_association")
    if known_to(work.session, person_id) - {here}:
        raise Refused("account.elsewhere")
    account = accounts.account_of(work.session, person_id)
    if accounts.roles(work.session, account.id) & STAFF:
        raise Refused("account.staff")
    return account.id
