"""Roles and posts: who may hold what, who may give it, and who must stay. Pure."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What an account may act as. Whoever holds no staff role is a learner."""

    LEARNER = "learner"
    EMPLOYER = "employer"
    AUTHOR = "author"
    CLERK = "clerk"
    MANAGER = "manager"
    REVIEWER = "reviewer"
    TELLER = "teller"
    APPROVER = "approver"
    INSPECTOR = "inspector"
    OPERATOR = "operator"


STAFF = frozenset(
    {
        Role.AUTHOR,
        Role.CLERK,
        Role.MANAGER,
        Role.REVIEWER,
        Role.TELLER,
        Role.APPROVER,
        Role.INSPECTOR,
        Role.OPERATOR,
    }
)
"""The roles that need a second factor."""

DESK = frozenset({Role.TELLER, Role.APPROVER})
"""The roles of an office: one takes and examines, the other decides."""


APPOINTED = (Role.MANAGER, Role.CLERK, Role.AUTHOR)
"""The roles that two managers of an association give and take, each person one."""

SENT = (Role.REVIEWER, Role.INSPECTOR)
"""The roles at an association that the operator gives, up to a day: outsiders."""

INVITATION_DAYS = 7

POSTS = "staff.post"
"""The kind of question by which two managers settle a post."""


class StaffDeed(StrEnum):
    """What one manager asks about the staff, and another agrees to."""

    INVITE = "invite"
    CHANGE = "change"
    WITHDRAW = "withdraw"


def role_clashes(
    role: Role, house: UUID, held: Iterable[tuple[Role, UUID | None]]
) -> bool:
    """Tell whether roles held, each with its association, stand against a new one.

    Nobody serves two houses, or in two posts of one. An outsider who reviews or
    inspects does so for any number of houses; an inspector may sit at an office.
    """
    beside = {role} if role in SENT else set[Role]()
    beside |= DESK if role is Role.INSPECTOR else set()
    return any(
        other in STAFF and other not in beside and (other, where) != (role, house)
        for other, where in held
    )


def managers_left(managers: Collection[UUID], leaving: UUID) -> bool:
    """Tell whether a house has a manager still, when one leaves. Shape: persons."""
    return any(one != leaving for one in managers)


def can_second(
    managers: Collection[UUID], asker: UUID | None, about: UUID | None = None
) -> bool:
    """Tell whether anybody may agree: neither who asks nor whom it is about."""
    return any(one not in {asker, about} for one in managers)
