"""The form of one material: files from camera or disk, and what is asked beside."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Self

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import CombinedMultiDict, FileStorage
from wtforms import BooleanField, DateField, IntegerField, StringField
from wtforms.validators import Length, NumberRange, Optional

from lms.claims.ports import PaperDesk
from lms.kernel.errors import NotFound, Refused
from lms.people.ports import PhotoStudio
from lms.policy.flow import Check, Flow, Material, MaterialKind
from lms.registration.ports.dossier import Binder, FilmRoom
from lms.registration.queries import dossier as queries
from lms.registration.queries.applications import ApplicationCard
from lms.registration.queries.dossier import MaterialCard
from lms.registration.rules.dossier import FILMS, PICTURES, Given, joined
from lms.registration.services import dossier_making as making
from lms.registration.services.dossier import Ready
from lms.web import desk
from lms.web.forms import PageForm

FILM_BYTES = 82 * 2**20
"""A film of 80 MB and the form around it."""

PAPER_BYTES = 64 * 2**20
"""Six papers of 10 MB and the form around them."""

_PAPERS = "image/jpeg,image/png,image/webp,application/pdf"
_PICTURES = "image/jpeg,image/png,image/webp"
_FILMS = "video/mp4,video/quicktime,video/webm,video/*"

_ASKED: dict[Check, tuple[str, ...]] = {
    Check.ENDS_A_YEAR_ON: ("contract_until", "open_ended"),
    Check.BEGINS_AFTER_DISMISSAL: ("contract_from",),
    Check.AFTER_CERTIFICATE: ("dismissed_on", "certificate_on"),
    Check.THREE_MONTHS: ("insurance_months", "insured_until", "payer"),
    Check.PREVIOUS_MONTH: ("insured_until", "payer"),
    Check.SIGNED: ("hand_signed",),
    Check.SEALED: ("sealed",),
    Check.PRACTICE_SEALED: ("practice_sealed",),
    Check.BOTH_SIDES: ("one_page",),
}
_FREE = frozenset({"payer", "certificate_on", "degree", "major"})
"""What may stay empty: the house knows it, or a person will see."""

_BY_KIND = {
    MaterialKind.CONTRACT: ("contract_from", "contract_until", "open_ended"),
    MaterialKind.DISMISSAL: ("dismissed_on",),
    MaterialKind.INSURANCE: ("payer",),
    MaterialKind.EDUCATION: ("degree", "major"),
}


class MaterialForm(PageForm):
    """One material. Fields that its checks do not ask for are taken out."""

    camera = MultipleFileField(_l("拍照"))
    files = MultipleFileField(_l("选择文件"))
    contract_from = DateField(_l("劳动合同开始日期"), validators=[Optional()])
    contract_until = DateField(_l("劳动合同截止日期"), validators=[Optional()])
    open_ended = BooleanField(_l("合同没有固定期限"))
    dismissed_on = DateField(_l("解聘日期"), validators=[Optional()])
    certificate_on = DateField(_l("注册证书签发日期"), validators=[Optional()])
    insurance_months = IntegerField(
        _l("社保已连续缴纳的月数"),
        validators=[Optional(), NumberRange(0, 600)],
        render_kw={"inputmode": "numeric"},
    )
    insured_until = DateField(
        _l("社保缴到哪个月（填该月任意一天）"), validators=[Optional()]
    )
    payer = StringField(
        _l("社保缴纳单位"),
        validators=[Optional(), Length(max=100)],
        render_kw={"maxlength": 100},
    )
    degree = StringField(
        _l("学历"),
        validators=[Optional(), Length(max=40)],
        render_kw={"maxlength": 40, "placeholder": _l("例如：大学专科")},
    )
    major = StringField(
        _l("所学专业"),
        validators=[Optional(), Length(max=60)],
        render_kw={"maxlength": 60, "placeholder": _l("例如：建筑工程技术")},
    )
    hand_signed = BooleanField(_l("上传的表已由本人亲笔签字"))
    sealed = BooleanField(_l("上传的表已加盖单位公章"))
    practice_sealed = BooleanField(_l("复印件已加盖执业印章"))
    one_page = BooleanField(_l("正反两面在同一页上"))

    @classmethod
    def sent_under(cls, prefix: str) -> Self:
        """Fill the form from what the browser sent under a prefix."""
        return cls(
            formdata=CombinedMultiDict([request.files, request.form]), prefix=prefix
        )

    @property
    def told(self) -> tuple[str, ...]:
        """Name the fields that ask for something beside the files."""
        return tuple(f for f in self._fields if f in Given.__dataclass_fields__)

    def given(self) -> Given:
        """Give what was said."""
        said: dict[str, Any] = {}
        for name in self.told:
            value = self._fields[name].data
            if value not in (None, ""):
                said[name] = value.strip() if isinstance(value, str) else value
        return Given(**said)

    def uploads(self) -> list[FileStorage]:
        """Give the files that came, those of the camera first."""
        sent = (*(self.camera.data or ()), *(self.files.data or ()))
        return [one for one in sent if isinstance(one, FileStorage) and one.filename]


def form_for(
    material: Material, flow: Flow, known: Given | None = None, *, sent: bool = False
) -> MaterialForm:
    """Make the form of a material: as it was sent, or filled with what is known."""
    prefix = f"{material.kind.value}-"
    if sent:
        form = MaterialForm.sent_under(prefix)
    else:
        form = MaterialForm(formdata=None, data=_said(known), prefix=prefix)
    keep = set(asked_with(material, flow))
    owed = {name for check in material.checks for name in _ASKED.get(check, ())}
    for name in form.told:
        if name not in keep:
            del form[name]
        elif name in owed - _FREE:
            form[name].flags.required = True
    _accept(form, material.kind)
    return form


def _said(known: Given | None) -> dict[str, Any]:
    if known is None:
        return {}
    return {name: getattr(known, name) for name in known.told()}


def asked_with(material: Material, flow: Flow) -> Iterable[str]:
    """Name what is asked beside the files of a material."""
    yield from _BY_KIND.get(material.kind, ())
    for check in material.checks:
        yield from _ASKED.get(check, ())
    kinds = {each.kind for each in flow.materials}
    later = Check.BEGINS_AFTER_DISMISSAL in material.checks
    if later and MaterialKind.DISMISSAL not in kinds:
        yield "dismissed_on"


def _accept(form: MaterialForm, kind: MaterialKind) -> None:
    """Say to the browser what a material is: a phone then opens its camera."""
    film, face = kind in FILMS, kind is MaterialKind.PHOTO
    takes = _FILMS if film else _PICTURES if kind in PICTURES else _PAPERS
    by_camera = {
        "accept": "video/*" if film else "image/*",
        "capture": "user" if film or face else "environment",
    }
    form.camera.render_kw = by_camera
    form.files.render_kw = {"accept": takes}
    if not film and kind not in PICTURES:
        form.files.render_kw["multiple"] = True
    if film:
        form.camera.label.text = str(_l("录一段视频"))


def make_room(kind: object) -> None:
    """Let an upload of this kind in; before CSRF reads the form."""
    request.max_content_length = FILM_BYTES if kind in FILMS else PAPER_BYTES


def material_of(card: ApplicationCard, name: str) -> Material:
    """Find what an application asks for by the name in an address.

    Raises: NotFound.
    """
    asked = joined(card.flow.materials_for(card.cases))
    for one in asked:
        if one.kind == name:
            return one
    if name == MaterialKind.BUNDLE and card.flow.bundle_bytes is not None:
        return Material(MaterialKind.BUNDLE, "合并的 PDF 文件")
    raise NotFound("dossier.unknown")


def opened(
    card: ApplicationCard,
    kind: MaterialKind,
    form: MaterialForm,
    held: MaterialCard | None,
) -> Ready:
    """Open what was sent, before any work begins.

    Without a file, what is held is handed in again with what is now said of it.

    Raises: Refused for what cannot be taken; Unavailable.
    """
    sent = form.uploads()
    try:
        made = _made(card, kind, sent) if sent else _again(card, held)
    finally:
        for one in sent:
            one.close()
    return replace(made, kind=kind, given=form.given())


def _made(card: ApplicationCard, kind: MaterialKind, sent: list[FileStorage]) -> Ready:
    name = sent[0].filename or ""
    if kind in FILMS:
        room = desk.port(FilmRoom)
        return making.film(room, kind, name, sent[0].stream)
    if kind in PICTURES:
        studio = desk.port(PhotoStudio)
        return making.picture(studio, kind, name, sent[0].read())
    return making.papers(
        desk.port(PaperDesk),
        desk.port(Binder),
        [(one.filename or "", one.read()) for one in sent],
        making.most_bytes(card.flow, kind),
    )


def _again(card: ApplicationCard, held: MaterialCard | None) -> Ready:
    if held is None or not held.kept:
        raise Refused("dossier.nothing")
    body = queries.opened(desk.reading(), card.person_id, held)
    return Ready(
        held.kind,
        held.name,
        held.media,
        body,
        held.sent_sha256,
        held.pages,
        held.millis,
        held.findings,
    )
