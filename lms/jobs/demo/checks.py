"""The demonstration's check: a grant that was drawn, and papers that are asked for."""

import hashlib
from datetime import timedelta

from lms.jobs.demo.companies import found
from lms.jobs.demo.hall import Hall, paper
from lms.jobs.demo.people import Made
from lms.kernel.clock import legal_day
from lms.kernel.work import Work
from lms.people import queries as people
from lms.people import services as people_services
from lms.people.queries import Shelf
from lms.people.rules import ArchiveKind, QualificationFacts, Side
from lms.people.services import Kept
from lms.policy.flow import MaterialKind, Party
from lms.policy.model import Application, Province, Specialty
from lms.registration.queries import provenance
from lms.registration.queries.periods import periods
from lms.registration.queries.provenance import Source
from lms.registration.rules.states import Act
from lms.registration.services import Asked, audits
from lms.registration.services.audits import Draw
from lms.registration.services.comparing import Compared, compare

_ADDED = Specialty.MUNICIPAL
_KEPT = (
    (ArchiveKind.PENSION, "近三年养老保险缴费证明"),
    (ArchiveKind.DUTY, "项目经理任命书和考勤"),
)


def lay(work: Work, hall: Hall, approver: Made, agent: Made) -> None:
    """Let somebody be granted a specialty, keep some papers, and be drawn."""
    made = found(work, "checked")
    _grant(hall, made, agent)
    own = hall.at(9, made)
    for period in periods(work.session, made.person_id):
        for kind, title in _KEPT[: 1 if period.until < legal_day(own.now) else 2]:
            shelf = Shelf(Side.PERSON, made.person_id)
            kept = _scan(kind, f"{title}（{period.since.year} 起）", period.key)
            people_services.keep_file(own, shelf, period, kept)
    drawing = hall.at(5, approver)
    today = legal_day(drawing.now)
    place = hall.place(drawing, "approver")
    due = legal_day(work.now) + timedelta(days=10)
    since = today - timedelta(days=89)
    one = place.office.id
    audits.draw(drawing, Draw(Province.INNER_MONGOLIA, one, since, today, 100, due))


def _grant(hall: Hall, made: Made, agent: Made) -> None:
    begun = hall.at(18, made)
    session, person_id = begun.session, made.person_id
    issued = legal_day(begun.now) - timedelta(days=300)
    paper_of = QualificationFacts(_ADDED, "2026150033009", issued)
    people_services.save_qualification(begun, person_id, paper_of)
    bond = people.employer_of(session, person_id)
    asked = Asked(
        person_id,
        Province.INNER_MONGOLIA,
        Application.ADD_SPECIALTY,
        specialties=(_ADDED,),
        employer_id=bond.company.id if bond else None,
    )
    one = hall.begin(begun, made, asked)
    hall.confirm(hall.at(17, agent), one, "企业经办人")
    hall.desk(16, one)
    known = provenance.provenance(session, person_id)
    if known is None:
        raise RuntimeError("somebody of the demonstration is registered nowhere")
    looking = hall.teller(15)
    ends = {each.specialty: each.valid_until for each in known.held}
    read = Compared(None, Source.REGISTER, known.number, days=True, ends=ends)
    compare(looking, one, Party.TELLER, read)
    hall.desk(15, one)
    hall.desk(12, one, Act.GRANT)


def _scan(kind: ArchiveKind, title: str, mark: str) -> Kept:
    """Draw a sheet that stands for a paper of a period."""
    drawn = paper(MaterialKind.PERFORMANCE)
    sent = hashlib.sha256(f"{kind}{mark}".encode() + drawn.body).digest()
    return Kept(kind, title, drawn.media, drawn.body, sent)
