"""An application as its applicant sees it: what to do now, and until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.calendar import queries as calendar
from lms.people import queries as people
from lms.policy.flow import Limit, MaterialKind, Need, Party, StepName
from lms.policy.model import Application
from lms.policy.workdays import workdays_between
from lms.registration.queries import applications, dossier
from lms.registration.queries import desk as desks
from lms.registration.queries.applications import ApplicationCard, EventCard
from lms.registration.rules.states import (
    Act,
    FlagKind,
    Move,
    Status,
    following,
    move,
)
from lms.web import application_words as said
from lms.web.filters import day, listed, term

_IN_TURN = (
    Need.SCAN,
    Need.IDENTITY,
    Need.SIGNATURE,
    Need.MATERIALS,
    Need.PERSON_COMMITMENT,
)
_SIDES = frozenset({Party.PERSON, Party.EMPLOYER})
_VISITS = frozenset({StepName.IN_PERSON, StepName.ON_SITE})
_LAST_WORDS = frozenset({Act.REFUSE, Act.DECLINE, Act.WITHDRAW, Act.LAPSE, Act.GRANT})


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do before handing on. Without `href` it is done elsewhere."""

    need: Need
    title: str
    text: str
    href: str
    action: str
    done: bool


@dataclass(frozen=True, slots=True)
class Due:
    """By when the authority promised, and what. Units: `left` in working days."""

    what: Limit
    on: date | None
    not_before: date | None
    left: int | None
    late: bool


@dataclass(frozen=True, slots=True)
class Now:
    """What the applicant's page says first.

    `mine` says that it is the person's turn; `hand_on` are the words of the button.
    `visit` says that the desk waits for somebody to come with the originals,
    `stranded` that it goes through a company to which the person belongs no more.
    """

    mine: bool
    tasks: tuple[Task, ...]
    hand_on: str
    may_withdraw: bool
    may_return: bool
    visit: bool
    stranded: bool

    @property
    def ready(self) -> bool:
        """Tell whether everything is done that the person must do."""
        return all(task.done for task in self.tasks)

    @property
    def next(self) -> Task | None:
        """Give the first thing that is not done."""
        return next((task for task in self.tasks if not task.done), None)


def now_of(session: Session, card: ApplicationCard, today: date) -> Now:
    """Say what is to be done now, and by whom."""
    mine = is_mine(card)
    back = move(card.step, card.status, Act.WITHDRAW, Party.PERSON, card.started_by)
    return Now(
        mine=mine,
        tasks=tuple(_tasks(session, card, today)) if mine else (),
        hand_on=_hand_on(card),
        may_withdraw=isinstance(back, Move),
        visit=card.status is Status.OPEN and card.step.name in _VISITS,
        may_return=mine and card.step.name is StepName.CONFIRM,
        stranded=_stranded(session, card),
    )


def _stranded(session: Session, card: ApplicationCard) -> bool:
    """Tell whether the company that an open application goes through was left."""
    left_out = card.application is Application.CANCELLATION or card.closed_at
    if card.employer_id is None or left_out or card.step.by not in _SIDES:
        return False
    bond = people.employer_of(session, card.person_id)
    return bond is None or bond.company.id != card.employer_id


def is_mine(card: ApplicationCard) -> bool:
    """Tell whether it is the person's turn to pass a step."""
    if card.status is not Status.OPEN or not card.step.may_be_done_by(Party.PERSON):
        return False
    first = card.steps[0].name is card.step.name
    helped = card.started_by is Party.TELLER and card.step.by is Party.PERSON
    return not first or card.started_by is Party.PERSON or helped


def _tasks(session: Session, card: ApplicationCard, today: date) -> list[Task]:
    return [
        _task(session, card, need, today)
        for need in _IN_TURN
        if need in card.step.needs and _asked(card, need)
    ]


def _asked(card: ApplicationCard, need: Need) -> bool:
    return need is not Need.MATERIALS or bool(card.flow.materials_for(card.cases))


def _task(session: Session, card: ApplicationCard, need: Need, today: date) -> Task:
    done = need.value in card.met
    if need is Need.SIGNATURE:
        return _signing(session, card, today)
    if need is Need.MATERIALS:
        done = not dossier.wanting(session, card, today)
    title, text, action = _words(need)
    return Task(need, title, text, _door(card, need), action, done)


def _signing(session: Session, card: ApplicationCard, today: date) -> Task:
    """Ask for the signature: in the profile, and in the dossier where that wants it.

    It is done only when the dossier, too, does not miss it.
    """
    need = Need.SIGNATURE
    title, text, action = _words(need)
    if people.profile(session, card.person_id).signature is None:
        return Task(need, title, text, _door(card, need), action, done=False)
    row = dossier.dossier(session, card, today).row(MaterialKind.SIGNATURE)
    if row is None or row.done:
        return Task(need, title, text, _door(card, need), action, done=True)
    place = url_for("dossier.index", application_id=card.id, _anchor=row.material.kind)
    text = _("个人中心已有签名，还要放进这次的申报材料。")
    return Task(need, title, text, place, _("去放入"), done=False)


def _door(card: ApplicationCard, need: Need) -> str:
    match need:
        case Need.IDENTITY:
            return url_for("applications.identity", application_id=card.id)
        case Need.PERSON_COMMITMENT:
            return url_for("applications.commitment", application_id=card.id)
        case Need.SIGNATURE:
            return url_for("me.signature")
        case Need.MATERIALS:
            return url_for("dossier.index", application_id=card.id)
        case _:
            return ""


def _words(need: Need) -> tuple[str, str, str]:
    words = {
        Need.SCAN: (
            _("扫描单位的二维码"),
            _("请单位经办人打开这份申报，您用手机扫描页面上的二维码。"),
            "",
        ),
        Need.IDENTITY: (
            _("核验本人身份"),
            _("每次申请都要核验，约 1 分钟。"),
            _("去核验"),
        ),
        Need.SIGNATURE: (
            _("手写签名"),
            _("签名会印在申请表和证书上。"),
            _("去签名"),
        ),
        Need.MATERIALS: (
            _("上传申报材料"),
            _("对照清单逐项上传，可用手机拍照。"),
            _("去上传"),
        ),
        Need.PERSON_COMMITMENT: (
            _("签署书面承诺"),
            _("阅读全文后签署，时间和内容一并存证。"),
            _("去签署"),
        ),
    }
    return words[need]


def _hand_on(card: ApplicationCard) -> str:
    after = following(card.flow, card.cases, card.step.name)
    if after is None or after.by is Party.HOUSE:
        return str(_("确认提交"))
    if after.by is Party.EMPLOYER:
        return str(_("提交给聘用企业确认"))
    return str(_("提交给受理窗口"))


def due_of(session: Session, card: ApplicationCard, today: date) -> Due | None:
    """Say what was promised; None where nothing is."""
    if card.closed_at is not None or card.status is Status.SUPPLEMENT:
        return None
    known = calendar.calendar(session)
    what, last = _bound(card), card.due_on or desks.tell_by(card, known)
    if last is None:
        early = card.due_not_before
        return Due(what, None, early, None, late=False) if early else None
    late = today > last
    left = None if late else workdays_between(known, today, last)
    return Due(what, last, None, left, late)


def _bound(card: ApplicationCard) -> Limit:
    """Name the limit that binds from the present step on."""
    if card.step.name is StepName.ACCEPT and card.step.limit is None:
        return Limit.DEFICIENCY
    names = [step.name for step in card.steps]
    after = card.steps[names.index(card.step.name) :]
    return next((step.limit for step in after if step.limit), Limit.DECIDE)


def answer_by(session: Session, card: ApplicationCard) -> date | None:
    """Name the last day to put right what the office asked for."""
    return desks.answer_by(card, calendar.calendar(session))


def rows(card: ApplicationCard, company: str) -> list[tuple[str, str]]:
    """Give what is known of an application, as words and values."""
    known = [
        (_("事项"), said.title(card.flow)),
        (_("编号"), card.number),
        (_("省份"), term(card.province)),
        (_("专业"), listed(term(each) for each in card.specialties)),
        (_("聘用企业"), company),
        (_("提交日期"), day(card.filed_on) if card.filed_on else ""),
        (_("受理日期"), day(card.accepted_on) if card.accepted_on else ""),
        (_("延长期限"), day(card.extended_on) if card.extended_on else ""),
        (_("决定日期"), day(card.decided_on) if card.decided_on else ""),
    ]
    return [(str(name), value) for name, value in known if value]


def last_word(card: ApplicationCard, events: Sequence[EventCard]) -> EventCard | None:
    """Find the act by which an application ended; a way may end by a step passed."""
    if card.closed_at is None:
        return None
    spoken = (e for e in reversed(events) if e.act in _LAST_WORDS)
    return next(spoken, events[-1])


def supplement(card: ApplicationCard, events: Sequence[EventCard]) -> EventCard | None:
    """Find what the office asked to be put right, while it waits for it."""
    if not applications.answered_by(card, Party.PERSON):
        return None
    return next((e for e in reversed(events) if e.act is Act.SUPPLEMENT), None)


def sent_back(card: ApplicationCard, events: Sequence[EventCard]) -> EventCard | None:
    """Find why an application is in its applicant's hands again."""
    if card.status is not Status.OPEN or card.step.name is not card.steps[0].name:
        return None
    said_last = (e for e in reversed(events) if e.act in {Act.RETURN, Act.OPEN})
    found = next(said_last, None)
    return found if found and found.act is Act.RETURN else None


def detail(event: EventCard) -> str:
    """Say what an entry of the book was about, where the act alone does not."""
    facts: Mapping[str, Any] = event.facts
    if event.act is Act.PROVE:
        name = str(said.NEEDS[Need(facts["need"])])
        how = said.PROOFS.get(str(facts.get("method", "")))
        return str(_("%(need)s：%(how)s", need=name, how=how)) if how else name
    if event.act in {Act.FLAG, Act.SETTLE}:
        return str(said.FLAGS[FlagKind(facts["flag"])])
    return ""
