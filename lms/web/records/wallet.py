"""Showing a certificate to others: links that can be switched off, and the company."""

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from lms.credentials import queries, services
from lms.credentials.rules import FOR_EVER, GRANT_DAYS, NOTE_LENGTH, SHARE_DAYS
from lms.kernel.errors import Refused
from lms.people import queries as people
from lms.web import desk
from lms.web.account.profile_parts import by_account
from lms.web.doors import learner
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.messages import words

bp = Blueprint("wallet", __name__, url_prefix="/certificates")

_CHOOSE = _l("请选择一项。")
_SPANS = {
    7: _l("7 天"),
    30: _l("30 天"),
    180: _l("半年"),
    365: _l("1 年"),
}


def _spans(offered: Iterable[int], for_ever: LazyString) -> list[tuple[str, str]]:
    """Offer some lengths of time, and no end at all."""
    named = [(str(days), str(_SPANS[days])) for days in offered]
    return [*named, (str(FOR_EVER), str(for_ever))]


class ShareForm(PageForm):
    """A link: how long, which name, and whether the file goes along."""

    days = RadioField(
        _l("有效多久"),
        choices=lambda: _spans(SHARE_DAYS, _l("直到我关闭")),
        validators=[InputRequired(_CHOOSE)],
    )
    name = RadioField(
        _l("姓名怎么显示"),
        choices=lambda: [
            (
                "whole",
                str(_l("完整姓名，并能看到证书的样子（含照片和部分隐去的证件号码）")),
            ),
            ("masked", str(_l("只显示姓，不显示证书的样子"))),
        ],
        validators=[InputRequired(_CHOOSE)],
    )
    with_file = BooleanField(_l("允许下载 PDF 原件"))
    note = StringField(
        _l("给谁看"),
        validators=[Length(max=NOTE_LENGTH)],
        description=_l("只有您自己看得到，方便以后辨认。例如：某项目投标"),
        render_kw={"maxlength": NOTE_LENGTH, "autocomplete": "off"},
    )


class GrantForm(PageForm):
    """How long one's company may see a certificate."""

    span = RadioField(
        _l("授权多久"),
        choices=lambda: _spans(GRANT_DAYS, _l("直到我收回或离职")),
        validators=[InputRequired(_CHOOSE)],
    )


@bp.get("/<uuid:certificate_id>/sharing")
@learner
def sharing(certificate_id: UUID) -> ResponseReturnValue:
    """Show the links to one certificate, and which company may see it."""
    share = ShareForm.blank(days="30", name="whole")
    return _sharing(certificate_id, share, GrantForm.blank(span="365"))


def _sharing(certificate_id: UUID, share: ShareForm, grant: GrantForm) -> str:
    session, me = desk.reading(), desk.me()
    held = queries.holding(session, me, certificate_id, desk.today())
    return render_template(
        "records/wallet_sharing.html",
        held=held,
        share=share,
        grant=grant,
        links=queries.shares(session, me, held.id),
        grants=queries.grants(session, me, held.id, desk.today()),
        bond=people.employer_of(session, me),
        base=desk.settings().base_url,
        now=desk.now(),
        today=desk.today(),
    )


@bp.post("/<uuid:certificate_id>/links")
@learner
@limiter.limit("30/hour", key_func=by_account)
def link(certificate_id: UUID) -> ResponseReturnValue:
    """Make a link."""
    form = ShareForm.sent()
    queries.holding(desk.reading(), desk.me(), certificate_id, desk.today())
    if not form.validate():
        return _sharing(certificate_id, form, GrantForm.blank(span="365")), 422
    ask = services.ShareAsk(
        certificate_id,
        int(str(form.days.data)),
        form.note.data or "",
        whole_name=form.name.data == "whole",
        with_file=bool(form.with_file.data),
    )
    try:
        with desk.begin() as work:
            services.share(work, desk.me(), ask)
    except Refused as refused:
        named = refused.code == "certificate_share.file_names"
        place = form.name if named else form.days
        place.errors = [*place.errors, words(refused.code, refused.facts)]
        return _sharing(certificate_id, form, GrantForm.blank(span="365")), 422
    flash(_("分享链接已生成，复制后发给对方即可。"), "ok")
    return _back(certificate_id, "links")


@bp.post("/links/<uuid:share_id>/end")
@learner
def unlink(share_id: UUID) -> ResponseReturnValue:
    """Switch a link off, at once and for good."""
    with desk.begin() as work:
        certificate_id = services.end_share(work, desk.me(), share_id)
    flash(_("链接已关闭，对方再打开会看到“链接已失效”。"), "ok")
    return _back(certificate_id, "links")


@bp.post("/<uuid:certificate_id>/grants")
@learner
def allow(certificate_id: UUID) -> ResponseReturnValue:
    """Let one's company see a certificate."""
    form = GrantForm.sent()
    queries.holding(desk.reading(), desk.me(), certificate_id, desk.today())
    if not form.validate():
        share = ShareForm.blank(days="30", name="whole")
        return _sharing(certificate_id, share, form), 422
    with desk.begin() as work:
        services.grant(work, desk.me(), certificate_id, int(str(form.span.data)))
    flash(_("已授权。单位查看或下载，您都能在这里看到记录。"), "ok")
    return _back(certificate_id, "grants")


@bp.post("/grants/<uuid:grant_id>/end")
@learner
def withdraw(grant_id: UUID) -> ResponseReturnValue:
    """Take a grant back, at once."""
    with desk.begin() as work:
        certificate_id = services.end_grant(work, desk.me(), grant_id)
    flash(_("已收回，单位不能再查看和下载。"), "ok")
    return _back(certificate_id, "grants")


def _back(certificate_id: UUID, part: str) -> ResponseReturnValue:
    where = url_for("wallet.sharing", certificate_id=certificate_id, _anchor=part)
    return redirect(where, 303)
