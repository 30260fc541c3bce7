"""Taking papers and recordings into an archive, and handing a package out."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import IO, Self, cast

from flask import Response, send_file
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from lms.claims.ports import PaperDesk
from lms.kernel.errors import LmsError, NotFound, Refused
from lms.kernel.ids import PersonId
from lms.people import queries as people
from lms.people.ports import RecordingDesk
from lms.people.queries import FileCard, OpenFile
from lms.people.rules import RECORDED, RECORDING_BYTES, ArchiveKind, Period
from lms.people.services import Kept
from lms.registration.queries import periods as queries
from lms.web import desk
from lms.web.employer_words import SORTS
from lms.web.forms import PageForm
from lms.web.messages import words

UPLOAD_BYTES = RECORDING_BYTES + 2**20
"""One recording and the form around it."""

NEEDED = _l("请填写此项。")
_AT_TITLE = {"archive.title"}


class FileForm(PageForm):
    """One file for the archive, and of which period it is."""

    period = SelectField(_l("注册期"), validators=[InputRequired(NEEDED)])
    kind = SelectField(
        _l("资料类别"),
        choices=lambda: [(kind.value, SORTS[kind].name) for kind in ArchiveKind],
        validators=[InputRequired(NEEDED)],
    )
    title = StringField(
        _l("名称"),
        validators=[InputRequired(NEEDED), Length(max=80)],
        description=_l("例如：2026 年 8 月养老保险缴费证明"),
        render_kw={"maxlength": 80, "autocomplete": "off"},
    )
    upload = FileField(
        _l("文件"),
        validators=[InputRequired(_l("请选择文件。"))],
        description=_l("图片或 PDF 最多 10 MB，录音录像最多 40 MB；手机可以直接拍。"),
        render_kw={
            "accept": "image/jpeg,image/png,image/webp,application/pdf,audio/*,video/*"
        },
    )

    def offer(self, known: Sequence[Period]) -> Self:
        """Offer periods to keep for; the first one is taken where nothing is said.

        Of one alone nobody is asked.
        """
        if len(known) == 1:
            del self.period
            return self
        self.period.choices = [(one.key, span(one)) for one in known]
        return self

    def chosen(self, known: Sequence[Period]) -> Period:
        """Give the period that was chosen; the form has been validated."""
        wanted = self.period.data if "period" in self else known[0].key
        return next(one for one in known if one.key == wanted)

    def opened(self) -> Kept | None:
        """Look into the file far from here, or say at the field why it will not do."""
        if not self.validate():
            return None
        kind = ArchiveKind(cast("str", self.kind.data))
        upload = cast("FileStorage", self.upload.data)
        body = upload.read()
        upload.close()
        try:
            return _kept(kind, str(self.title.data), body)
        except Refused as refused:
            self.blame(refused)
            return None

    def blame(self, refused: LmsError) -> None:
        """Say at its field what the rules object to."""
        for code in refused.reasons or (refused.code,):
            field = self.title if code in _AT_TITLE else self.upload
            field.errors = [*field.errors, words(code, {})]


def _kept(kind: ArchiveKind, title: str, body: bytes) -> Kept:
    if kind in RECORDED:
        found = desk.port(RecordingDesk).recording(body)
        digest = hashlib.sha256(body).digest()
        return Kept(kind, title, found.media, found.body, digest, found.seconds)
    paper = desk.port(PaperDesk).paper(body)
    return Kept(kind, title, paper.media, paper.body, paper.sent_sha256)


def span(period: Period) -> str:
    """Say a period's two days."""
    return f"{period.since} — {period.until}"


def periods_of(person_id: PersonId) -> tuple[Period, ...]:
    """Name the registration periods to keep for: today's main one first."""
    return queries.periods(desk.reading(), person_id)


def shelved(
    known: Sequence[Period], files: tuple[FileCard, ...]
) -> tuple[tuple[Period, tuple[FileCard, ...]], ...]:
    """Sort what is kept by period, today's first even while it is empty."""
    found: dict[Period, list[FileCard]] = {one: [] for one in known[:1]}
    for card in files:
        found.setdefault(card.period, []).append(card)
    return tuple((period, tuple(cards)) for period, cards in found.items())


def chosen(
    key: str, files: tuple[FileCard, ...], known: Sequence[Period] = ()
) -> Period:
    """Find a period by its name: a known one, or one of which something is kept.

    Raises: NotFound.
    """
    for period in (*known, *(card.period for card in files)):
        if period.key == key:
            return period
    raise NotFound("archive.empty")


def shown(file: OpenFile) -> Response:
    """Give one file to look at or listen to; nothing keeps a copy on the way."""
    response = Response(file.body, content_type=file.card.media)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = "inline"
    return response


def handed(package: IO[bytes], name: str) -> Response:
    """Send a package as a file to save."""
    response = send_file(
        package, "application/zip", as_attachment=True, download_name=f"{name}.zip"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def first_page(person_id: PersonId, period: Period, keeper: str) -> Mapping[str, str]:
    """Say for a package whose papers these are; no ID number stands there."""
    session = desk.reading()
    try:
        number = people.registration(session, person_id).number
    except NotFound:
        number = "—"
    return {
        str(_("资料")): str(_("注册建造师继续教育与执业资料存档")),
        str(_("人员")): people.name(session, person_id),
        str(_("注册编号")): number,
        str(_("注册期")): f"{period.since} — {period.until}",
        str(_("保管方")): keeper,
        str(_("打包日期")): str(desk.today()),
        str(_("核对方法")): "sha256sum -c SHA256SUMS",
    }
