"""The demonstration's people: who they are, before what they did."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from lms.accounts import queries as account_queries
from lms.accounts import services as accounts
from lms.jobs.demo.portraits import portrait, signature
from lms.kernel.clock import SHANGHAI
from lms.kernel.ids import AccountId, AssociationId, PersonId
from lms.kernel.work import Actor, Work
from lms.people import services as people
from lms.people.rules import (
    EmployerFacts,
    ProfileFacts,
    QualificationFacts,
    RegistrationFacts,
    SpecialtyPeriod,
    id_check,
)
from lms.policy.model import Province, Specialty

PASSWORD = "xueshi-demo-2026"  # noqa: S105 - printed for every visitor
_BAOTOU = "150203"
_GUIYANG = "520102"
_BEFORE = timedelta(days=16)
"""So long before a registration its holder applied for it, and signed."""
_OPENED = timedelta(days=45)
"""So long ago the demonstration's learners opened their accounts."""


@dataclass(frozen=True, slots=True)
class Made:
    """A person of the demonstration."""

    account_id: AccountId
    person_id: PersonId

    @property
    def actor(self) -> Actor:
        """Act as this person."""
        return Actor(self.account_id, self.person_id)


@dataclass(frozen=True, slots=True)
class Sketch:
    """What tells one learner from another. Units: `days_left` of the registration."""

    email: str
    name: str
    born_on: date
    serial: int
    specialties: tuple[Specialty, ...] = (Specialty.BUILDING,)
    province: Province = Province.INNER_MONGOLIA
    days_left: int = 200
    whole: bool = True
    woman: bool = False

    @property
    def order_code(self) -> int:
        """Give the three digits of an ID number whose last says the sex: odd is a man.

        >>> Sketch("a@b", "李", date(1976, 3, 15), 5, woman=True).order_code
        106
        """
        fits = (self.serial % 2 == 0) is self.woman
        return self.serial if fits else self.serial + 101


def learner(work: Work, sketch: Sketch, *, today: date) -> Made:
    """Open a learner's account, with a whole profile or none.

    The account is there before anything that its owner studied or bought.
    """
    opened = replace(work, now=work.now - _OPENED)
    made = _account(opened, sketch.email, sketch.name, f"1380000{sketch.serial:04d}")
    if sketch.whole:
        profile = _profile(sketch, today)
        people.fill_profile(work, made.person_id, profile)
        # They signed as they applied, some days before the certificate's own.
        applied = profile.registration.specialties[0].valid_from - _BEFORE
        then = replace(work, now=datetime.combine(applied, time(15), SHANGHAI))
        people.save_signature(then, made.person_id, profile.signature_png)
    return made


def staff(
    work: Work,
    email: str,
    name: str,
    roles: tuple[str, ...],
    association_id: AssociationId | None = None,
) -> Made:
    """Open a staff account with its second factor; codes show in the outbox."""
    made = _account(work, email, name, None)
    for role in roles:
        accounts.grant(work, made.account_id, role, association_id=association_id)
    accounts.enrol_totp(work, made.account_id, confirmed=True)
    return made


def agent(work: Work, email: str, name: str) -> Made:
    """Open the account of who acts for a company; that is no staff."""
    return _account(work, email, name, None)


def _account(work: Work, email: str, name: str, phone: str | None) -> Made:
    secret = _secret(work)
    account_id = accounts.create_account(
        work, email=email, phone=phone, password=secret, name=name
    )
    card = account_queries.account(work.session, account_id)
    return Made(account_id, card.person_id)


def _secret(work: Work) -> accounts.NewPassword:
    """Hash the one password of all accounts once: that takes its time on purpose."""
    kept: dict[Any, Any] = work.session.info
    if PASSWORD not in kept:
        kept[PASSWORD] = accounts.prepare_password(PASSWORD)
    secret: accounts.NewPassword = kept[PASSWORD]
    return secret


def _profile(sketch: Sketch, today: date) -> ProfileFacts:
    valid_until = today + timedelta(days=sketch.days_left)
    valid_from = _three_years_before(valid_until)
    region, first = (
        (_GUIYANG, "黔252")
        if sketch.province is Province.GUIZHOU
        else (_BAOTOU, "蒙215")
    )
    body = f"{region}{sketch.born_on:%Y%m%d}{sketch.order_code:03d}"
    years = f"{valid_from.year - 2}{valid_from.year - 1}"
    return ProfileFacts(
        name=sketch.name,
        id_number=body + id_check(body),
        photo_jpeg=portrait(sketch.serial, woman=sketch.woman),
        signature_png=signature(sketch.serial),
        qualifications=tuple(
            QualificationFacts(
                one, f"{years[:4]}15{sketch.serial:04d}{place}", date(2018, 10, 20)
            )
            for place, one in enumerate(sketch.specialties)
        ),
        registration=RegistrationFacts(
            f"{first}{years}{20000 + sketch.serial}",
            sketch.province,
            tuple(
                SpecialtyPeriod(one, valid_from, valid_until, is_main=place == 0)
                for place, one in enumerate(sketch.specialties)
            ),
        ),
        employer=EmployerFacts("91150203MA0N00000G", "内蒙古示例建设集团有限公司"),
    )


def _three_years_before(last: date) -> date:
    """Give the first day of the three years that end on a day."""
    first = last + timedelta(days=1)
    return date(first.year - 3, first.month, min(first.day, 28))
