"""What person and company fill in when a grant of theirs is checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from lms.claims.ports import PaperDesk
from lms.kernel.errors import NotFound, Refused
from lms.people.rules import ArchiveKind, Period, Side
from lms.people.services import Kept
from lms.registration.queries import audit_papers as papers
from lms.registration.queries.audit_papers import DeliveryCard, Stock
from lms.registration.queries.audits import CaseCard
from lms.registration.rules.audits import (
    LONGEST_STATEMENT,
    LONGEST_WHY,
    MOST_ATTACHED,
    SHORTEST_WORDS,
)
from lms.registration.services import audits as services
from lms.registration.services.audits import Giver
from lms.web import audit_words, desk
from lms.web.archive_desk import span
from lms.web.employer_words import SORTS
from lms.web.filters import listed
from lms.web.forms import PageForm
from lms.web.messages import words

UPLOAD_BYTES = (MOST_ATTACHED * 10 + 1) * 2**20
"""So many papers of 10 MB, and the form around them."""


class HandForm(PageForm):
    """Which period is handed over, and why something of it is missing."""

    period = HiddenField(validators=[InputRequired(), Length(max=30)])
    why = TextAreaField(
        _l("所缺资料为什么没有"),
        validators=[Optional(), Length(max=LONGEST_WHY)],
        description=_l(
            "窗口看得到。例如：学时都在本平台网络学习，没有录音录像；已退休，不缴养老保险。"
        ),
        render_kw={"rows": 3, "maxlength": LONGEST_WHY},
    )


class SayForm(PageForm):
    """What a side states in its defence, with papers."""

    words = TextAreaField(
        _l("要陈述的内容"),
        validators=[
            InputRequired(_l("请写明要陈述的内容。")),
            Length(
                min=SHORTEST_WORDS,
                max=LONGEST_STATEMENT,
                message=_l("请写 4 至 2000 个字。"),
            ),
        ],
        render_kw={"rows": 6, "maxlength": LONGEST_STATEMENT},
    )
    papers = MultipleFileField(
        _l("附件"),
        description=_l("图片或 PDF，最多 6 个，每个不超过 10 MB；手机可以直接拍照。"),
        render_kw={
            "accept": "image/jpeg,image/png,image/webp,application/pdf",
            "multiple": True,
        },
    )

    def attached(self) -> list[Kept]:
        """Look into the papers, far from here.

        Raises: Refused for what cannot be taken; Unavailable.
        """
        sent = [one for one in self.papers.data or () if isinstance(one, FileStorage)]
        sent = [one for one in sent if one.filename]
        if len(sent) > MOST_ATTACHED:
            raise Refused("audit.many_attached")
        return [_kept(n, one) for n, one in enumerate(sent, 1)]


def _kept(n: int, sent: FileStorage) -> Kept:
    body = sent.read()
    sent.close()
    paper = desk.port(PaperDesk).paper(body)
    name = _("陈述申辩附件 %(n)s", n=n)
    return Kept(ArchiveKind.STATEMENT, name, paper.media, paper.body, paper.sent_sha256)


@dataclass(frozen=True, slots=True)
class Duty:
    """What a side sees of its part: periods, what it keeps of the one chosen, the past.

    `wanted` is the period that the check is about.
    """

    card: CaseCard
    side: Side
    periods: tuple[Period, ...]
    wanted: Period | None
    stock: Stock | None
    given: tuple[DeliveryCard, ...]

    @property
    def handed(self) -> frozenset[str]:
        """Name the files that the desk may open."""
        return frozenset(name for name, _digest in self.card.listed(self.side))

    @property
    def missing(self) -> str:
        """Say what is asked for and not there."""
        return named(self.stock.missing) if self.stock else ""


def named(kinds: Sequence[ArchiveKind]) -> str:
    """Name kinds of paper."""
    return listed(str(SORTS[one].name) for one in kinds)


def duty(card: CaseCard, side: Side, key: str = "") -> Duty:
    """Gather what a side's page shows; `key` names the period that was chosen."""
    session = desk.reading()
    known = papers.periods(session, card, side)
    wanted = papers.wanted(session, card, known)
    chosen = next((one for one in known if one.key == key), wanted)
    stock = papers.stock(session, card, side, chosen) if chosen else None
    given = papers.deliveries(session, card)
    mine = tuple(one for one in given if one.side is side)
    return Duty(card, side, known, wanted, stock, mine)


def asked() -> str:
    """Read which period the visitor looks at."""
    return request.values.get("period", "")


def shown(
    card: CaseCard, side: Side, hand: HandForm, say: SayForm
) -> dict[str, object]:
    """Gather what the pieces of the page want."""
    found = duty(card, side, asked())
    hand.period.data = found.stock.period.key if found.stock else ""
    hand.why.flags.required = bool(found.missing)
    return {
        "one": card,
        "duty": found,
        "hand": hand,
        "say": say,
        "office": audit_words.office_of(desk.reading(), card),
        "states": audit_words.STATES,
        "asked": audit_words.ASKED,
        "sorts": SORTS,
        "named": named,
        "span": span,
        "today": desk.today(),
    }


def handed(card: CaseCard, giver: Giver, form: HandForm) -> int:
    """Hand a period over, or say at the field why not; 0 then.

    Raises: NotFound; Refused.
    """
    if not form.validate():
        return 0
    key = str(form.period.data)
    known = papers.periods(desk.reading(), card, giver.side)
    period = next((one for one in known if one.key == key), None)
    if period is None:
        raise NotFound("archive.empty")
    try:
        with desk.begin() as work:
            return services.hand_over(work, card.id, giver, period, form.why.data or "")
    except Refused as no:
        if no.code != "audit.why_missing":
            raise
        missing = named([ArchiveKind(one) for one in no.reasons])
        form.why.errors = [words(no.code, {"missing": missing})]
        return 0


def stated(card: CaseCard, giver: Giver, form: SayForm) -> bool:
    """Take what a side states, or say at the field why not.

    Raises: NotFound; Refused; Unavailable.
    """
    if not form.validate():
        return False
    try:
        attached = form.attached()
        with desk.begin() as work:
            services.speak(work, card.id, giver, cast("str", form.words.data), attached)
    except Refused as no:
        if no.code in {"audit.not_now", "audit.unknown"}:
            raise
        told = [words(code, {}) for code in no.reasons or (no.code,)]
        field = form.words if no.code == "audit.statement" else form.papers
        field.errors = [*field.errors, *told]
        return False
    return True
