"""How an account is reached, and the change of it."""

from lms.accounts.models import Account
from lms.accounts.queries import contact, contact_place
from lms.accounts.rules import (
    CodePurpose,
    CodeVerdict,
    Identifier,
    IdentifierKind,
)
from lms.accounts.services.codes import CHANNELS, holder, index_of, spend
from lms.accounts.services.keys import ensure_key
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.ids import AccountId, PersonId
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.notify.rules import Letter


def put_contact(work: Work, account: Account, identifier: Identifier) -> None:
    """Seal a number or an address into an account, and make it findable."""
    key = ensure_key(work, PersonId(account.person_id))
    sealed = pii.seal(key, identifier.value, contact_place(identifier.kind, account.id))
    if identifier.kind is IdentifierKind.PHONE:
        account.phone, account.phone_index = sealed, index_of(identifier)
    else:
        account.email, account.email_index = sealed, index_of(identifier)


def change_contact(
    work: Work, account_id: AccountId, new: Identifier, code: str
) -> CodeVerdict:
    """Take a new number or address whose code was typed; the old one is told.

    The code counts only for the account that asked for it.
    """
    verdict, row = spend(work, CodePurpose.NEW_CONTACT, new, code)
    if verdict is not CodeVerdict.RIGHT:
        return verdict
    if row is None or row.account_id != account_id or holder(work, new) is not None:
        return CodeVerdict.WRONG
    tell_old(work, account_id, new.kind, "contact_changed")
    account = work.session.get_one(Account, account_id, with_for_update=True)
    put_contact(work, account, new)
    work.session.flush()
    evidence.note(
        work, f"account:{account_id}", "account.contact_changed", contact=new.kind
    )
    return verdict


def tell_old(
    work: Work, account_id: AccountId, kind: IdentifierKind, template: str
) -> None:
    """Owe a message to the contact of one kind as it is now, if there is one."""
    card = contact(work.session, account_id)
    address = card.phone if kind is IdentifierKind.PHONE else card.email
    if address is None:
        return
    notify.owe(
        work,
        Letter(
            channel=CHANNELS[kind],
            template=template,
            to_account=account_id,
            address=address,
            locale=card.locale,
        ),
    )
