"""Publish lists, take objections, answer them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from lms.credentials.ports import RegistrationPrinter
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day, start_of
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import new_id, new_token
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.notify.rules import Channel, Letter
from lms.people import queries as people
from lms.policy.flow import Party, Path, StepName
from lms.policy.offices import NoticeKind
from lms.registration.models import NoticeLine, Objection, Office, PublicNotice
from lms.registration.queries import desk as desks
from lms.registration.queries import letters
from lms.registration.queries.desk import Desk, Opened
from lms.registration.queries.letters import NoticeCard
from lms.registration.rules.objections import Reached, reached_by
from lms.registration.rules.states import Act
from lms.registration.services import desk as services
from lms.registration.services.book import locked
from lms.registration.services.desk import Deed

MOST_LINES = 200
_PLACE = "objections|contact|{}"
_STEPS = {StepName.NOTICE, StepName.ANNOUNCE}


@dataclass(frozen=True, slots=True)
class Chosen:
    """An application that goes on a list, as somebody saw it."""

    application_id: UUID
    seen: int


def publish(
    work: Work,
    desk: Desk,
    title: str,
    chosen: tuple[Chosen, ...],
    *,
    printer: RegistrationPrinter,
) -> NoticeCard:
    """Publish a list of applications that wait for it, all of them or none.

    An announcement carries each one on; a 公示 waits for its last day.

    Raises: NotFound; Conflict when a colleague was first; Refused for an empty list,
        for a mixed one, and for what does not wait to be published.
    """
    _fit(title, chosen)
    _in_turn(work, desk, chosen)
    opened = [desks.opened(work.session, desk, one.application_id) for one in chosen]
    kind = _kind(work, opened)
    row = _row(work, desk, title.strip(), kind, opened)
    work.session.add(row)
    work.session.flush()
    for n, here in enumerate(opened, 1):
        work.session.add(_line(work, row.id, n, here))
    work.session.flush()
    evidence.note(
        work,
        f"office:{desk.office.id}",
        "office.published",
        notice=row.id,
        matter=kind,
        applications=[str(here.card.id) for here in opened],
    )
    for one, here in zip(chosen, opened, strict=True):
        _carry(work, desk, one, here, row.id, printer)
    return letters.notice(work.session, row.id)


def _fit(title: str, chosen: tuple[Chosen, ...]) -> None:
    """Refuse what makes no list. Raises: Refused."""
    if not chosen or len(chosen) > MOST_LINES:
        raise Refused("notice.empty")
    if len({one.application_id for one in chosen}) < len(chosen):
        raise Refused("notice.twice")
    if not title.strip():
        raise Refused("notice.no_title")


def _in_turn(work: Work, desk: Desk, chosen: tuple[Chosen, ...]) -> None:
    """Let one list of an office be made at a time, of what is as it was seen.

    The numbers of its lists have no gap, and nothing is made public twice.

    Raises: NotFound; Conflict.
    """
    one_office = select(Office.id).where(Office.id == desk.office.id)
    work.session.execute(one_office.with_for_update())
    for one in sorted(chosen, key=lambda each: each.application_id):
        locked(work, one.application_id, one.seen)


def _carry(
    work: Work,
    desk: Desk,
    one: Chosen,
    here: Opened,
    notice_id: UUID,
    printer: RegistrationPrinter,
) -> None:
    """Carry an announced application on; leave one under public notice to wait."""
    if here.card.step.name is not StepName.ANNOUNCE:
        services.may_publish(work, desk, one.application_id, one.seen)
        return
    deed = Deed(Act.PASS, one.seen, facts={"notice": str(notice_id)})
    services.do(work, desk, one.application_id, deed, printer=printer)


def _kind(work: Work, opened: list[Opened]) -> NoticeKind:
    found = {_kind_of(here) for here in opened}
    if len(found) != 1:
        raise Refused("notice.mixed")
    (kind,) = found
    for here in opened:
        if kind is NoticeKind.PUBLICITY and letters.publicity_of(
            work.session, here.card.id
        ):
            raise Conflict("notice.published")
    return kind


def _kind_of(here: Opened) -> NoticeKind:
    if here.card.step.name not in _STEPS or here.card.closed_at is not None:
        raise Refused("notice.not_due")
    if here.card.step.name is StepName.NOTICE:
        return NoticeKind.PUBLICITY
    abnormal = here.card.path is Path.ABNORMAL
    return NoticeKind.ABNORMAL if abnormal else NoticeKind.ANNOUNCEMENT


def _row(
    work: Work, desk: Desk, title: str, kind: NoticeKind, opened: list[Opened]
) -> PublicNotice:
    year = desk.today.year
    first = start_of(desk.today.replace(month=1, day=1))
    last = datetime(year + 1, 1, 2, tzinfo=UTC)
    n = letters.published_between(work.session, desk.office.id, first, last) + 1
    days = max(here.card.flow.notice_days for here in opened)
    public = kind is NoticeKind.PUBLICITY
    return PublicNotice(
        id=new_id(),
        office_id=desk.office.id,
        province=opened[0].card.province,
        kind=kind,
        number=f"{desk.office.name}公告〔{year}〕{n}号",
        title=title,
        published_at=work.now,
        published_by=work.actor.account_id,
        until=desk.today + timedelta(days=days) if public else None,
    )


def _line(work: Work, notice_id: UUID, n: int, here: Opened) -> NoticeLine:
    try:
        number = people.registration(work.session, here.card.person_id).number
    except NotFound:
        number = ""
    return NoticeLine(
        notice_id=notice_id,
        n=n,
        application_id=here.card.id,
        application=here.card.application,
        name=here.name,
        employer=here.employer,
        specialties=[each.value for each in here.card.specialties],
        registration_no=number,
    )


@dataclass(frozen=True, slots=True)
class Voice:
    """What somebody of the public says, and how they are reached."""

    application_id: UUID
    words: str
    name: str
    contact: str


def object_to(work: Work, notice_id: UUID, voice: Voice) -> str:
    """Take an objection; give the number under which it is spoken of.

    Raises: NotFound; Refused after the last day, and without words or a contact at
        which somebody can be reached.
    """
    _may_object(work, notice_id, voice)
    key, one = pii.new_key(), new_id()
    row = Objection(
        id=one,
        notice_id=notice_id,
        application_id=voice.application_id,
        number=f"Y{legal_day(work.now):%Y%m%d}{new_token(36)[:6].upper()}",
        words=voice.words.strip(),
        wrapped=pii.wrap(key, str(one)),
        contact=pii.seal(
            key, f"{voice.name.strip()} {voice.contact.strip()}", _PLACE.format(one)
        ),
        raised_at=work.now,
        settled_at=None,
        settled_by=None,
        upheld=None,
        answer="",
    )
    work.session.add(row)
    work.session.flush()
    evidence.note(
        work,
        f"application:{voice.application_id}",
        "application.objected",
        objection=row.id,
        notice=notice_id,
    )
    return row.number


def _may_object(work: Work, notice_id: UUID, voice: Voice) -> None:
    card = letters.notice(work.session, notice_id)
    if voice.application_id not in {line.application_id for line in card.lines}:
        raise NotFound("notice.unknown")
    # Held until this is written: nobody goes on without having seen it.
    row = locked(work, voice.application_id, None)
    waits = row.closed_at is None and row.step is StepName.NOTICE
    if not waits or not card.open_on(legal_day(work.now)):
        raise Refused("notice.over")
    if not voice.words.strip() or not (voice.name.strip() and voice.contact.strip()):
        raise Refused("notice.nothing_said")
    if reached_by(voice.contact) is None:
        raise Refused("notice.no_contact")


def objected(work: Work, desk: Desk, objection_id: UUID) -> UUID:
    """Name the application of an objection that is on this desk.

    Raises: NotFound.
    """
    return _objection(work, desk, objection_id).application_id


def who_objected(work: Work, desk: Desk, objection_id: UUID) -> str:
    """Open who made an objection, for the desk that answers it; the look is noted.

    Raises: NotFound; Refused for one's own application, and at another desk.
    """
    row = _objection(work, desk, objection_id)
    _may_answer(work, desk, row)
    key = pii.unwrap(row.wrapped, str(row.id))
    evidence.note(
        work,
        f"application:{row.application_id}",
        "objection.revealed",
        objection=row.id,
        account=work.actor.account_id,
    )
    return pii.unseal(key, row.contact, _PLACE.format(row.id)).decode()


def answer(
    work: Work, desk: Desk, objection_id: UUID, words: str, *, upheld: bool
) -> None:
    """Say what became of an objection; only an approver does.

    Raises: NotFound; Conflict when a colleague was first; Refused without words.
    """
    row = _objection(work, desk, objection_id)
    _may_answer(work, desk, row)
    if row.settled_at is not None:
        raise Conflict("notice.answered")
    if not words.strip():
        raise Refused("application.reason_missing")
    row.settled_at, row.settled_by = work.now, work.actor.account_id
    row.upheld, row.answer = upheld, words.strip()
    work.session.flush()
    evidence.note(
        work,
        f"application:{row.application_id}",
        "objection.answered",
        objection=row.id,
        upheld=upheld,
    )
    _tell(work, row)


def _may_answer(work: Work, desk: Desk, row: Objection) -> None:
    """See that this desk answers: at the step, or where it decides once it has ended.

    Raises: Refused.
    """
    here = desks.opened(work.session, desk, row.application_id)
    services.not_own(work, here.card)
    may = here.may_act
    if here.card.closed_at is not None:
        decides = desk.decides(here.card.province, here.uscc)
        may = decides and Party.APPROVER in desk.parties
    if not may:
        raise Refused("application.not_yours")


def _tell(work: Work, row: Objection) -> None:
    """Send who objected word of the answer, where something can be sent."""
    key = pii.unwrap(row.wrapped, str(row.id))
    said = pii.unseal(key, row.contact, _PLACE.format(row.id)).decode()
    # A name stands before the contact; which part is which the contact itself tells.
    parts = said.split()
    ends = (" ".join(parts[n:]) for n in range(1, len(parts)))
    reached = next((one for one in map(reached_by, ends) if one), None)
    if reached is None or reached[0] is Reached.LANDLINE:
        return
    title = letters.notice(work.session, row.notice_id).title
    notify.owe(
        work,
        Letter(
            channel=Channel.MAIL if reached[0] is Reached.MAIL else Channel.SMS,
            template="objection_answered",
            address=reached[1],
            facts={"number": row.number, "upheld": int(bool(row.upheld))},
            secrets={"title": title},
            dedupe=f"objection:{row.id}",
        ),
    )


def _objection(work: Work, desk: Desk, objection_id: UUID) -> Objection:
    row = work.session.scalar(
        select(Objection).where(Objection.id == objection_id).with_for_update()
    )
    if row is None:
        raise NotFound("notice.objection_unknown")
    desks.opened(work.session, desk, row.application_id)
    return row
