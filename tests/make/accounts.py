"""Accounts, ready to use."""

from lms.accounts import services
from lms.accounts.rules import CodePurpose, Identifier, IdentifierKind, Role
from lms.kernel.ids import AccountId, AssociationId
from lms.kernel.work import Work
from lms.notify import queries as notify

PASSWORD = "xueshi-demo-2026"
PHONE = "13900001111"
EMAIL = "wang@demo.example"


def account(
    work: Work,
    *,
    name: str = "王师傅",
    email: str | None = EMAIL,
    phone: str | None = None,
    password: str | None = PASSWORD,
) -> AccountId:
    made = services.create_account(
        work, name=name, email=email, phone=phone, password=password
    )
    work.session.flush()
    return made


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
