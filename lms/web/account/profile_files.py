"""Forms with files, and forms that ask for a correction of what is locked."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from lms.kernel.errors import Refused
from lms.people.rules import identity_problems
from lms.web.account.profile_forms import (
    NEEDED,
    Consenting,
    IdentityForm,
    Wanted,
    blame,
)
from lms.web.forms import PageForm

_PICTURES = {"accept": "image/jpeg,image/png,image/webp"}

_KEPT = "X-Files-Kept"


class PictureForm(PageForm):
    """A photo or a signature."""

    picture = FileField(_l("上传签名照片"), render_kw=_PICTURES)
    framed = HiddenField(default="")
    made: Any = None

    def developed(self, develop: Callable[[bytes], object]) -> bool:
        """Let the studio open the upload; its refusal shows at the field."""
        if not self.validate():
            return False
        upload = uploaded(self.picture)
        if upload is None:
            blame(self.picture, "photo.none")
            return False
        try:
            self.made = develop(upload)
        except Refused as refused:
            blame(self.picture, refused.code)
        return not self.picture.errors


class PhotoForm(Consenting, PictureForm):
    """A photo."""

    picture = FileField(_l("选择照片"), validators=[Wanted()], render_kw=_PICTURES)


def uploaded(field: Field) -> bytes | None:
    """Read what was uploaded, or nothing."""
    found = field.data
    if not isinstance(found, FileStorage) or not found.filename:
        return None
    body = found.read()
    found.close()
    return body or None


class CorrectionPart:
    """What a correction asks besides the new facts."""

    association = SelectField(_l("受理协会"), validators=[InputRequired(NEEDED)])
    reason = TextAreaField(
        _l("更正理由"),
        validators=[
            InputRequired(NEEDED),
            Length(min=4, max=400, message=_l("请写 4 至 400 个字。")),
        ],
        render_kw={"rows": 3, "maxlength": 400},
    )
    paper = FileField(
        _l("证明材料照片"),
        description=_l("如证件、聘用合同的照片；JPG、PNG 或 WebP，不超过 10 MB。"),
        render_kw=_PICTURES,
    )


class IdentityCorrection(IdentityForm):
    """Name and ID number anew; a number that is right need not be typed again."""

    id_number = StringField(
        _l("身份证号码"),
        validators=[Optional(), Length(max=40)],
        render_kw={"autocomplete": "off", "maxlength": 24, "spellcheck": "false"},
    )

    def problems(self, today: date) -> Iterable[str]:
        """List what the rules object to, in what was typed."""
        found = identity_problems(self.facts, today)
        typed = bool((self.id_number.data or "").strip())
        return [code for code in found if typed or not code.startswith("id_number.")]


def correcting(form: type[PageForm]) -> type[PageForm]:
    """Make the form that asks for a correction of a section."""
    part = IdentityCorrection if form is IdentityForm else form
    return type(f"Correcting{form.__name__}", (CorrectionPart, part), {})


def ask_files_again(form: PageForm) -> None:
    """Say beside a file that came with a faulty form that it was not kept.

    A page whose script asks in its stead still holds the file.
    """
    if not form.errors or request.headers.get(_KEPT):
        return
    for field in form:
        sent = isinstance(field.data, FileStorage) and field.data.filename
        if sent and not field.errors:
            blame(field, "file.again")
