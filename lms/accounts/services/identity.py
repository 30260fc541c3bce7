"""Prove once more, for one matter, that an account's owner is at the other end."""

from sqlalchemy.orm import Session

from lms.accounts.queries import contact
from lms.accounts.rules import CodePurpose, CodeVerdict, Identifier, IdentifierKind
from lms.accounts.services.codes import send_code, spend
from lms.kernel.errors import Refused
from lms.kernel.ids import AccountId
from lms.kernel.work import Work


def send_identity_code(work: Work, account_id: AccountId) -> bool:
    """Owe the owner a code by phone, else by mail; False when one went out just now.

    Raises: Refused for an account that cannot be reached.
    """
    return send_code(work, CodePurpose.IDENTITY, _reached(work.session, account_id))


def prove_identity(work: Work, account_id: AccountId, typed: str) -> CodeVerdict:
    """Judge the code that was sent for this, and use it up when it is right.

    Raises: Refused for an account that cannot be reached.
    """
    place = _reached(work.session, account_id)
    verdict, row = spend(work, CodePurpose.IDENTITY, place, typed)
    if verdict is CodeVerdict.RIGHT and (row is None or row.account_id != account_id):
        return CodeVerdict.WRONG
    return verdict


def _reached(session: Session, account_id: AccountId) -> Identifier:
    card = contact(session, account_id)
    if card.phone:
        return Identifier(IdentifierKind.PHONE, card.phone)
    if card.email:
        return Identifier(IdentifierKind.EMAIL, card.email)
    raise Refused("identity.no_contact")
