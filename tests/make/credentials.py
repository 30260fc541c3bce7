"""People who have done all that a certificate asks, for tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from lms.accounts import queries as accounts
from lms.catalogue.models import Association
from lms.credentials.models import Certificate, CertificateStanding
from lms.credentials.rules import Facts, State
from lms.credentials.rules.designs import Design
from lms.credentials.rules.files import Printed, Seals
from lms.exams.models import Attempt
from lms.exams.rules import AttemptState
from lms.hours import services as hours
from lms.kernel.clock import legal_day
from lms.kernel.credit import Credit
from lms.kernel.ids import (
    AssociationId,
    CertificateId,
    PersonId,
    check_character,
    new_id,
)
from lms.kernel.work import Work
from lms.people import queries as people_queries
from lms.people import services as people
from lms.people.rules import (
    EmployerFacts,
    ProfileFacts,
    QualificationFacts,
    RegistrationFacts,
    SpecialtyPeriod,
)
from lms.policy.model import Province, Specialty, Track
from lms.signing import rules as owners
from tests.make import accounts as make_accounts
from tests.make import pictures, signing
from tests.make.printed import plain

PERIOD = (date(2024, 1, 1), date(2026, 12, 31))
EMPLOYER = EmployerFacts("91350100M000100Y43", "内蒙古示例建设集团有限责任公司")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class PlainPrinter:
    """A printer of plain bytes, as exact as the real one about missing glyphs."""

    def lacking(self, facts: Facts) -> str:
        return "".join(c for c in facts.name if c == "𱁬")

    def print(
        self, facts: Facts, photo: bytes | None, design: Design, seals: Seals
    ) -> Printed:
        if self.lacking(facts):
            raise ValueError(facts.name)
        return plain(f"{facts.stored()} {len(photo or b'')}")


PLAIN = PlainPrinter()


def association(
    work: Work,
    *,
    code: str = "SLXH",
    name: str = "示例自治区建筑业协会",
    keys: bool = False,
) -> AssociationId:
    """An association that issues; the house's own printer needs its `keys`."""
    made = Association(
        id=new_id(), code=code, name=name, province=Province.INNER_MONGOLIA
    )
    work.session.add(made)
    work.session.flush()
    if keys:
        signing.ring(work, owners.association(made.id), name)
    return AssociationId(made.id)


def id_number(serial: int = 1, born: str = "19610315") -> str:
    """A number with a right check character; an even serial is a woman's."""
    body = f"150203{born}{serial:03d}"
    total = sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def constructor(
    work: Work,
    *,
    name: str = "张建国",
    serial: int = 1,
    extra: Specialty | None = None,
    born: str = "19610315",
) -> PersonId:
    """Somebody with an account and a whole profile: building first, maybe another."""
    account = make_accounts.account(work, name=name, email=f"c{serial}@demo.example")
    person_id = PersonId(accounts.account(work.session, account).person_id)
    specialties = [Specialty.BUILDING, *([extra] if extra else [])]
    people.fill_profile(
        work,
        person_id,
        ProfileFacts(
            name=name,
            id_number=id_number(serial, born),
            photo_jpeg=pictures.inch_jpeg(),
            signature_png=pictures.signature_png(),
            qualifications=tuple(
                QualificationFacts(s, f"2015{serial:06d}", date(2015, 6, 1))
                for s in specialties
            ),
            registration=RegistrationFacts(
                f"蒙2151520{serial:05d}",
                Province.INNER_MONGOLIA,
                tuple(
                    SpecialtyPeriod(s, *PERIOD, is_main=i == 0)
                    for i, s in enumerate(specialties)
                ),
            ),
            employer=EMPLOYER,
        ),
    )
    work.session.flush()
    return person_id


def credit(
    work: Work,
    person_id: PersonId,
    association_id: AssociationId,
    *,
    required: int = 6000,
    elective: int = 6000,
    specialty: Specialty = Specialty.BUILDING,
) -> None:
    """Post hours. Units: hundredths of a 学时."""
    for track, amount in ((Track.REQUIRED, required), (Track.ELECTIVE, elective)):
        if amount:
            hours.post(
                work,
                person_id,
                specialty=specialty,
                track=track,
                credit=Credit(amount),
                association_id=association_id,
                source=f"test:{new_id()}",
            )


def passed(
    work: Work,
    person_id: PersonId,
    association_id: AssociationId,
    *,
    score: int = 92,
    specialty: Specialty = Specialty.BUILDING,
) -> None:
    """Write down a passed test."""
    begun = work.now - timedelta(days=1)
    work.session.add(
        Attempt(
            id=new_id(),
            person_id=person_id,
            association_id=association_id,
            specialty=specialty,
            period_from=PERIOD[0],
            period_until=PERIOD[1],
            n=1,
            state=AttemptState.GRADED,
            paper=[],
            answers={},
            pass_mark=60,
            started_at=begun,
            deadline_at=begun + timedelta(hours=1),
            submitted_at=begun + timedelta(minutes=40),
            score=score,
            passed=score >= 60,
        )
    )
    work.session.flush()


def graduate(
    work: Work,
    association_id: AssociationId,
    *,
    name: str = "张建国",
    serial: int = 1,
) -> PersonId:
    """Somebody whose certificate only has to be asked for."""
    assert PERIOD[0] <= legal_day(work.now) <= PERIOD[1]
    person_id = constructor(work, name=name, serial=serial)
    credit(work, person_id, association_id)
    passed(work, person_id, association_id)
    return person_id


def certified(
    work: Work,
    person_id: PersonId,
    specialty: Specialty = Specialty.BUILDING,
    *,
    issued_at: datetime | None = None,
    state: State = State.VALID,
) -> CertificateId:
    """Put a certificate for the registered period in the book, without printing it."""
    held = people_queries.registration(work.session, person_id).of(specialty)
    assert held is not None
    made, at = new_id(), issued_at or work.now
    serial = int.from_bytes(made.bytes[:3])
    number = f"TEST-JXJY-{at.year}-{serial:07d}-{check_character(made.hex)}"
    work.session.add(
        Certificate(
            id=made,
            number=number,
            token=made.hex[:26],
            person_id=person_id,
            association_id=made,
            year=at.year,
            serial=serial,
            specialty=specialty,
            period_from=held.valid_from,
            period_until=held.valid_until,
            facts={"name": people_queries.name(work.session, person_id)},
            issued_at=at,
            file_sha256=made.bytes * 2,
            supersedes=None,
        )
    )
    work.session.flush()
    work.session.add(
        CertificateStanding(
            certificate_id=made,
            person_id=person_id,
            specialty=specialty,
            period_from=held.valid_from,
            state=state,
            superseded_by=None,
            changed_at=at,
        )
    )
    work.session.flush()
    return CertificateId(made)
