"""Accounts, ready to use."""

import functools

from lms.accounts import queries, services
from lms.accounts.rules import CodePurpose, Identifier, IdentifierKind, Role
from lms.accounts.services import Visit, passwords
from lms.accounts.services.sessions import digest
from lms.kernel.ids import AccountId, AssociationId
from lms.kernel.work import Actor, Work
from lms.notify import queries as notify

PASSWORD = "xueshi-demo-2026"
PHONE = "13900001111"
EMAIL = "wang@demo.example"
GOOD = "十五个字以上的密码才够长才安全"
HERE = Visit("Mozilla/5.0 (iPhone) Safari", "203.0.113.77")


def account(
    work: Work,
    *,
    name: str = "王师傅",
    email: str | None = EMAIL,
    phone: str | None = None,
    password: str | None = PASSWORD,
) -> AccountId:
    secret = prepared(password) if password else None
    made = services.create_account(
        work, name=name, email=email, phone=phone, password=secret
    )
    work.session.flush()
    return made


def prepared(password: str) -> services.NewPassword:
    """Give a password's true hash, made once for each key: it costs 20 ms by design."""
    return _prepared(password, passwords._Pepper.key)


@functools.cache
def _prepared(password: str, pepper: bytes | None) -> services.NewPassword:
    return services.prepare_password(password)


def staff(
    work: Work,
    *roles: Role | str,
    association_id: AssociationId | None = None,
    email: str = "clerk@demo.example",
    enrolled: bool = True,
) -> AccountId:
    made = account(work, name="李经办", email=email)
    for role in roles or (Role.CLERK,):
        services.grant(work, made, role, association_id=association_id)
    if enrolled:
        services.enrol_totp(work, made, confirmed=True)
    return made


def phone(number: str = PHONE) -> Identifier:
    return Identifier(IdentifierKind.PHONE, number)


def email(address: str = EMAIL) -> Identifier:
    return Identifier(IdentifierKind.EMAIL, address)


def code_sent(work: Work, purpose: CodePurpose, to: Identifier) -> str:
    """Have a code sent and read it, as its receiver would."""
    assert services.send_code(work, purpose, to)
    work.session.flush()
    return str(notify.demo_outbox(work.session)[0].words.get("code", "000000"))


def templates_owed(work: Work) -> list[str]:
    work.session.flush()
    return [card.template for card in notify.demo_outbox(work.session)]


def newcomer(
    known_as: Identifier | None = None, password: str = GOOD
) -> services.Newcomer:
    return services.Newcomer(
        known_as or phone(), "王师傅", services.prepare_password(password)
    )


def visitor(work: Work, token: str) -> queries.VisitorCard | None:
    work.session.flush()
    return queries.visitor_of(work.session.connection(), digest(token), work.now)


def try_in(
    work: Work, password: str, known_as: Identifier, visit: Visit = HERE
) -> tuple[int, services.SignedIn | None]:
    candidate = services.admit(work, known_as, visit)
    right = services.password_matches(candidate, password)
    done = services.sign_in(work, candidate, visit) if right else None
    return candidate.wait_seconds, done


def half(work: Work, account_id: AccountId) -> tuple[str, queries.VisitorCard]:
    token = services.open_session(work, account_id, state="half", user_agent="", ip="")
    card = visitor(work, token)
    assert card is not None
    return token, card


def as_actor(work: Work, account_id: AccountId) -> Work:
    return Work(work.session, work.now, Actor(account_id))
