"""Open to anybody: 公示公告 with objections, and where and whom to ask."""

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.policy.model import Province
from lms.policy.offices import NoticeKind, Task, Topic
from lms.policy.portals import portal_of
from lms.registration.ports.letters import LetterPress
from lms.registration.queries import letters, offices
from lms.registration.queries.letters import NoticeCard
from lms.registration.rules.letters import KINDS, SPECIALTIES, Listing
from lms.registration.services import notices as services
from lms.registration.services.notices import Voice
from lms.web import application_words as said
from lms.web import desk, office_words
from lms.web.doors import public
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.messages import words
from lms.web.office.application import inline

bp = Blueprint("lists", __name__)

_LONGEST_NUMBER = 20


class ObjectionForm(PageForm):
    """What somebody says against an application in a public notice."""

    application = HiddenField(validators=[InputRequired(), Length(max=40)])
    words = TextAreaField(
        _l("异议内容和依据"),
        validators=[
            InputRequired(_l("请写明异议内容。")),
            Length(min=10, max=1000, message=_l("请写 10 至 1000 个字。")),
        ],
        render_kw={"rows": 6, "maxlength": 1000},
    )
    name = StringField(
        _l("您的姓名或单位"),
        validators=[InputRequired(_l("请填写姓名。")), Length(max=60)],
        render_kw={"autocomplete": "name", "maxlength": 60},
    )
    contact = StringField(
        _l("联系电话或邮箱"),
        description=_l("答复后通知到手机或邮箱；固定电话请凭编号查询。"),
        validators=[InputRequired(_l("请填写联系方式。")), Length(max=100)],
        render_kw={"autocomplete": "tel", "maxlength": 100},
    )


@bp.get("/announcements")
@public
def index() -> ResponseReturnValue:
    """List what the offices published, the newest first."""
    session = desk.reading()
    return render_template(
        "public/announcements.html",
        notices=letters.notices(session),
        kinds=office_words.NOTICES,
        today=desk.today(),
    )


@bp.get("/announcements/<uuid:notice_id>")
@limiter.limit("60/minute")
@public
def show(notice_id: UUID) -> ResponseReturnValue:
    """Show a published list; while it is public, anybody may object.

    Who objected finds the answer by the number that they were told.
    """
    return _page(letters.notice(desk.reading(), notice_id), ObjectionForm.blank())


@bp.get("/announcements/<uuid:notice_id>/pdf")
@public
@limiter.limit("60/minute")
def pdf(notice_id: UUID) -> ResponseReturnValue:
    """Print a published list."""
    session = desk.reading()
    card = letters.notice(session, notice_id)
    office = offices.office(session, card.office_id)
    press = desk.port(LetterPress)
    return inline(press.listing(_listing(card, office.name)), "application/pdf")


@bp.post("/announcements/<uuid:notice_id>/objections")
@public
@limiter.limit("10/hour")
def object_to(notice_id: UUID) -> ResponseReturnValue:
    """Take an objection, and say under which number."""
    form = ObjectionForm.sent()
    card = letters.notice(desk.reading(), notice_id)
    try:
        application_id = UUID(form.application.data or "")
    except ValueError:
        raise NotFound("notice.unknown") from None
    if not form.validate():
        return _page(card, form), 422
    voice = Voice(
        application_id,
        form.words.data or "",
        form.name.data or "",
        form.contact.data or "",
    )
    try:
        with desk.begin() as work:
            number = services.object_to(work, notice_id, voice)
    except Refused as no:
        wrong = form.contact if no.code == "notice.no_contact" else form.words
        wrong.errors = [words(no.code, no.facts)]
        return _page(card, form), 422
    return render_template("public/objected.html", card=card, number=number)


@bp.get("/offices")
@public
def contacts() -> ResponseReturnValue:
    """Say where one applies, and whom to call about what."""
    today = desk.today()
    found: dict[Province, list[offices.OfficeCard]] = {}
    for one in offices.offices(desk.reading()):
        if one.closed_on is None or one.closed_on >= today:
            found.setdefault(one.province, []).append(one)
    return render_template(
        "public/offices.html",
        provinces=found,
        today=today,
        kinds=office_words.OFFICE_KINDS,
        tasks=office_words.TASKS,
        every=tuple(Task),
        topics=office_words.TOPICS,
        order=tuple(Topic),
        portals={province: portal_of(province) for province in found},
    )


def _page(card: NoticeCard, form: ObjectionForm) -> str:
    session = desk.reading()
    office = offices.office(session, card.office_id)
    asked = request.args.get("number", "").strip()[:_LONGEST_NUMBER]
    found = letters.objection_numbered(session, card.id, asked) if asked else None
    return render_template(
        "public/announcement.html",
        asked=asked,
        found=found,
        card=card,
        office=office,
        form=form,
        kinds=office_words.NOTICES,
        open_still=card.open_on(desk.today()),
        said=said,
    )


def _listing(card: NoticeCard, office: str) -> Listing:
    first = {
        NoticeKind.PUBLICITY: (
            "下列人员的申请现予公示。公示期内，任何单位和个人可以书面提出异议。"
        ),
        NoticeKind.ANNOUNCEMENT: "经审查，准予下列人员的申请，现予公告。",
        NoticeKind.ABNORMAL: "下列人员的注册状态列为异常，现向社会公示。",
    }
    until = (f"公示至{card.until:%Y-%m-%d}止。",) if card.until else ()
    return Listing(
        title=card.title,
        number=card.number,
        paragraphs=(first[card.kind], *until),
        columns=(
            "序号",
            "姓名",
            "聘用企业",
            "申请事项",
            "注册专业",
            "注册编号",
        ),
        rows=tuple(
            (
                str(line.n),
                line.name,
                line.employer or "—",
                KINDS[line.application],
                "、".join(SPECIALTIES[one] for one in line.specialties),
                line.registration_no or "—",
            )
            for line in card.lines
        ),
        signed=office,
        on=legal_day(card.published_at),
    )
