"""The demonstration's teachers: one in order, one whose paper ends, one unchecked."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from lms.jobs.demo.claims import drawn
from lms.jobs.demo.people import Made
from lms.kernel.clock import legal_day
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty
from lms.teachers import queries, services
from lms.teachers.rules import How, Level, PaperFacts, PaperKind, Scan, TeacherFacts

_AGO = timedelta(days=40)
_GAO = TeacherFacts(
    name="高建民",
    employer="演示岩土工程研究院",
    title="正高级工程师",
    level=Level.FULL,
    specialties=(Specialty.BUILDING, Specialty.MUNICIPAL),
    sex="male",
    since_year=1998,
    phone="13800000091",
    cv_html="<p>从事深基坑支护设计与监测二十余年，主持过三十多项一级基坑工程。</p>",
)
_ZHOU = TeacherFacts(
    name="周敏",
    employer="演示市政设计院",
    title="高级工程师",
    level=Level.SENIOR,
    specialties=(Specialty.MUNICIPAL,),
    sex="female",
    since_year=2006,
    phone="13800000092",
    cv_html="<p>市政道路和管网施工管理，参编本协会继续教育教材。</p>",
)
_HAN = TeacherFacts(
    name="韩冬",
    employer="演示建设集团",
    title="高级工程师",
    level=Level.SENIOR,
    specialties=(Specialty.BUILDING,),
    since_year=2010,
    phone="13800000093",
)


def lay(
    work: Work, here: AssociationId, staff: Mapping[str, Made]
) -> tuple[UUID, UUID]:
    """Enter three teachers, check two; give the two that are in the register."""
    then = replace(work, now=work.now - _AGO)
    today = legal_day(work.now)
    gao = _entered(
        _as(then, here, staff, "clerk"), here, _GAO,
        (
            _paper(PaperKind.CONSTRUCTOR_1, today + timedelta(days=700)),
            _paper(PaperKind.TITLE, None),
        ),
    )  # fmt: skip
    zhou = _entered(
        _as(then, here, staff, "clerk"), here, _ZHOU,
        (_paper(PaperKind.SAFETY, today + timedelta(days=41)),),
    )  # fmt: skip
    checker = _as(then, here, staff, "manager")
    for one, how in ((gao, How.SIGNED), (zhou, How.WRITTEN)):
        seen = queries.teacher(then.session, here, one).edition
        services.decide(checker, here, one, (True, "与原件一致。"), seen=seen)
        services.give_consent(checker, here, one, (legal_day(then.now), how))
    _entered(
        _as(work, here, staff, "author"), here, _HAN,
        (_paper(PaperKind.CONSTRUCTOR_2, today + timedelta(days=500)),),
    )  # fmt: skip
    return gao, zhou


def _as(work: Work, here: AssociationId, staff: Mapping[str, Made], who: str) -> Work:
    actor = replace(staff[who].actor, roles=frozenset({who}), association_id=here)
    return replace(work, actor=actor)


def _paper(kind: PaperKind, until: date | None) -> PaperFacts:
    issuer = "住房和城乡建设部" if kind is PaperKind.CONSTRUCTOR_1 else "演示发证机关"
    return PaperFacts(kind, f"YS{kind.value[:4].upper()}2024001", issuer,
                      date(2024, 3, 1), until)  # fmt: skip


def _entered(
    work: Work,
    here: AssociationId,
    facts: TeacherFacts,
    papers: tuple[PaperFacts, ...],
) -> UUID:
    made = services.enter(work, here, facts, new_id())
    for one in papers:
        page = drawn(f"{facts.name}{one.kind}")
        scan = Scan(page.media, page.body, page.sent_sha256)
        services.add_paper(work, here, made, one, scan)
    services.ask_check(work, here, made)
    return made
