"""An account's life: opened, given roles, suspended, closed."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import (
    Account,
    Consent,
    Grant,
    KnownDevice,
    RecoveryCode,
    SignedSession,
    Throttle,
    TotpFactor,
    VerificationCode,
)
from lms.accounts.rules import (
    FINAL_FAILURES,
    PRIVACY,
    PRIVACY_TEXT_ON,
    REACHING,
    AccountState,
    CodePurpose,
    CodeVerdict,
    Identifier,
    Role,
    identifier,
)
from lms.accounts.services import passwords
from lms.accounts.services.codes import is_staff, judge
from lms.accounts.services.contact import put_contact, tell_old
from lms.accounts.services.sessions import Visit, close_other_sessions
from lms.accounts.services.signing import SignedIn, enter
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import (
    AccountId,
    AssociationId,
    EmployerId,
    OfficeId,
    PersonId,
    new_id,
)
from lms.kernel.text import normal
from lms.kernel.work import Work

_LONGEST_SESSION = timedelta(hours=24)
_CODES_KEPT = timedelta(days=1)
_DEVICES_KEPT = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What a person says about themselves when they sign up."""

    known_as: Identifier = field(repr=False)
    name: str
    password: passwords.NewPassword = field(repr=False)
    locale: str = "zh"


@dataclass(frozen=True, slots=True)
class SignUp:
    """What came of signing up: a session, or what was wrong."""

    code: CodeVerdict
    faults: tuple[str, ...] = ()
    signed_in: SignedIn | None = None


def sign_up(work: Work, newcomer: Newcomer, code: str, visit: Visit) -> SignUp:
    """Open a learner's account by a code, keep the consent, and sign in.

    The code is used up only when the password is good.
    """
    known_as = newcomer.known_as
    verdict, row = judge(work, CodePurpose.SIGN_UP, known_as, code)
    faults = passwords.faults_for(
        newcomer.password.text,
        second_factor=False,
        own_words=passwords.own_words(newcomer.name, known_as.value),
    )
    if verdict is not CodeVerdict.RIGHT or row is None or faults:
        return SignUp(verdict, faults)
    row.used_at = work.now
    account = _open(work, newcomer.name, newcomer.locale, newcomer.password, [known_as])
    account_id = AccountId(account.id)
    consent(work, account_id, PRIVACY, text_on=PRIVACY_TEXT_ON)
    return SignUp(verdict, (), enter(work, account_id, visit))


def create_account(
    work: Work,
    *,
    name: str,
    email: str | None = None,
    phone: str | None = None,
    password: passwords.NewPassword | None = None,
) -> AccountId:
    """Open an account without a code: for seeding, invitations and tests.

    Without a password the account is entered by code alone.

    Raises: Conflict when the number or address has an account; Refused when it is none.
    """
    read = [(typed, identifier(typed)) for typed in (email, phone) if typed]
    known = [found for _, found in read if found is not None]
    if not known or len(known) != len(read):
        raise Refused("account.bad_contact")
    return AccountId(_open(work, name, "zh", password, known).id)


def _open(
    work: Work,
    name: str,
    locale: str,
    password: passwords.NewPassword | None,
    known: list[Identifier],
) -> Account:
    account = Account(
        id=new_id(),
        person_id=new_id(),
        name=normal(name),
        password_hash=password.hash if password else None,
        password_set_at=work.now if password else None,
        state=AccountState.ACTIVE,
        locale=locale,
        created_at=work.now,
        closed_at=None,
    )
    for one in known:
        put_contact(work, account, one)
    try:
        with work.session.begin_nested():
            work.session.add(account)
    except IntegrityError as taken:
        raise Conflict("account.taken") from taken
    evidence.note(work, f"account:{account.id}", "account.opened")
    return account


def rename(work: Work, person_id: PersonId, name: str) -> None:
    """Let the account go by the name that its person has."""
    work.session.execute(
        update(Account).where(Account.person_id == person_id).values(name=normal(name))
    )


def consent(
    work: Work,
    account_id: AccountId,
    subject: str,
    *,
    text_on: date,
    agreed: bool = True,
) -> None:
    """Write down that a dated text was agreed to, or the agreement taken back."""
    work.session.add(
        Consent(
            id=new_id(),
            account_id=account_id,
            subject=subject,
            text_on=text_on,
            agreed=agreed,
            at=work.now,
        )
    )
    work.session.flush()
    evidence.note(
        work,
        f"account:{account_id}",
        "account.consented" if agreed else "account.consent_withdrawn",
        subject=subject,
        text_on=text_on,
    )


@dataclass(frozen=True, slots=True)
class Scope:
    """What a role is held for: an association, an employer, an office, or nothing."""

    association_id: AssociationId | None = None
    employer_id: EmployerId | None = None
    office_id: OfficeId | None = None


def grant(
    work: Work,
    account_id: AccountId,
    role: Role | str,
    *,
    association_id: AssociationId | None = None,
    employer_id: EmployerId | None = None,
    until: date | None = None,
) -> None:
    """Let an account act as something, perhaps up to a last legal day.

    Granting it again moves that day, or changes nothing.
    """
    grant_in(work, account_id, role, Scope(association_id, employer_id), until)


def grant_in(
    work: Work,
    account_id: AccountId,
    role: Role | str,
    scope: Scope,
    until: date | None = None,
) -> None:
    """Let an account act as something within a scope, up to a last legal day."""
    wanted = {
        "account_id": account_id,
        "role": Role(role),
        "association_id": scope.association_id,
        "employer_id": scope.employer_id,
        "office_id": scope.office_id,
    }
    held = select(Grant).where(
        *(getattr(Grant, name).is_not_distinct_from(v) for name, v in wanted.items())
    )
    row = work.session.scalar(held)
    if row is not None and row.until == until:
        return
    row = row or Grant(id=new_id(), granted_at=work.now, **wanted)
    row.until = until
    work.session.add(row)
    work.session.flush()
    evidence.note(
        work,
        f"account:{account_id}",
        "account.granted",
        role=Role(role),
        association=scope.association_id,
        employer=scope.employer_id,
        office=scope.office_id,
        until=until,
    )


def revoke(
    work: Work,
    account_id: AccountId,
    role: Role | str,
    *,
    association_id: AssociationId | None = None,
    office_id: OfficeId | None = None,
) -> None:
    """Take a role back; every open session feels it with its next request."""
    ending = delete(Grant).where(
        Grant.account_id == account_id, Grant.role == Role(role)
    )
    if association_id is not None:
        ending = ending.where(Grant.association_id == association_id)
    if office_id is not None:
        ending = ending.where(Grant.office_id == office_id)
    work.session.execute(ending)
    evidence.note(
        work,
        f"account:{account_id}",
        "account.revoked",
        role=Role(role),
        association=association_id,
        office=office_id,
    )


def lock_person(work: Work, person_id: PersonId) -> None:
    """Let other works about a person wait until this one ends.

    For what is looked up and then written, where no row is there yet to be locked.

    Raises: Conflict for who became another's account while this work waited.
    """
    state = work.session.scalar(
        select(Account.state).where(Account.person_id == person_id).with_for_update()
    )
    if state is AccountState.MERGED:
        raise Conflict("account.merged")


def suspend(work: Work, account_id: AccountId) -> None:
    """Shut an account for a while; its sessions end at once.

    Raises: Conflict for one that is not in use.
    """
    account = work.session.get_one(Account, account_id, with_for_update=True)
    if account.state is not AccountState.ACTIVE:
        raise Conflict("account.not_active")
    account.state = AccountState.SUSPENDED
    work.session.flush()
    close_other_sessions(work, account_id)
    evidence.note(work, f"account:{account_id}", "account.suspended")


def reinstate(work: Work, account_id: AccountId) -> None:
    """Open a suspended account again.

    Raises: Refused for one that was closed or merged, which is for good; Conflict for
        one that is in use.
    """
    account = work.session.get_one(Account, account_id, with_for_update=True)
    if account.state in {AccountState.CLOSED, AccountState.MERGED}:
        raise Refused("account.closed")
    if account.state is AccountState.ACTIVE:
        raise Conflict("account.not_suspended")
    account.state = AccountState.ACTIVE
    work.session.flush()
    evidence.note(work, f"account:{account_id}", "account.reinstated")


def close_account(work: Work, account_id: AccountId) -> None:
    """Close an account for good: contact, password, factors and sessions go.

    Orders, hours, certificates and evidence stay, because the law keeps them.

    Raises: Refused for staff, whose accounts end with their office.
    """
    if is_staff(work, account_id):
        raise Refused("account.staff_stays")
    account = work.session.get_one(Account, account_id, with_for_update=True)
    for kind in REACHING:
        tell_old(work, account_id, kind, "account_closed")
    account.phone = account.phone_index = account.email = account.email_index = None
    account.password_hash = account.handle = None
    account.state, account.closed_at = AccountState.CLOSED, work.now
    work.session.flush()
    # What was merged into it has nowhere to send anybody any more.
    work.session.execute(
        update(Account)
        .where(Account.merged_into == account.person_id)
        .values(
            phone=None,
            phone_index=None,
            email=None,
            email_index=None,
            password_hash=None,
            handle=None,
        )
    )
    close_other_sessions(work, account_id)
    for table in (KnownDevice, RecoveryCode, TotpFactor, Grant):
        work.session.execute(delete(table).where(table.account_id == account_id))
    consent(work, account_id, PRIVACY, text_on=PRIVACY_TEXT_ON, agreed=False)
    evidence.note(work, f"account:{account_id}", "account.closed")


def sweep(work: Work) -> None:
    """Throw away what has run out: sessions, codes, counts, marks of browsers."""
    now = work.now
    for ending in (
        delete(SignedSession).where(SignedSession.opened_at < now - _LONGEST_SESSION),
        delete(VerificationCode).where(VerificationCode.sent_at < now - _CODES_KEPT),
        delete(KnownDevice).where(KnownDevice.seen_at < now - _DEVICES_KEPT),
        delete(Throttle).where(
            Throttle.failures < FINAL_FAILURES,
            Throttle.until < now - _CODES_KEPT,
            Throttle.since < now - _CODES_KEPT,
        ),
    ):
        work.session.execute(ending)
