"""The forms about keys: make one, bring one, call one broken, say yes or no."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    DateField,
    Field,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from lms.kernel.errors import Refused
from lms.signing.ports import Upload
from lms.signing.rules import HOUSE_PLACE, LIFE, LONGEST_YEARS, Purpose
from lms.web.forms import PageForm, SelectChoice
from lms.web.messages import words

_QUIET = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
_MOST_READ = 300_000

_AT_KEY = {
    "signing.no_key", "signing.unread_key", "signing.locked_key", "signing.kind",
    "signing.known", "signing.was_broken", "signing.too_large", "signing.mismatch",
}  # fmt: skip
_AT_SEAL = {
    "signing.unread_seal", "signing.seal_of_other", "signing.seal_broken",
    "signing.seal_ended", "signing.seal_picture",
}  # fmt: skip


class _Wanted:
    """What is wanted, though the form alone cannot tell: the key's reader does."""

    field_flags = {"conditional": True}  # noqa: RUF012 - read only

    def __call__(self, form: object, field: object) -> None:
        """Leave the judgement to whoever reads the key."""


def _reason() -> TextAreaField:
    return TextAreaField(
        _l("原因"),
        validators=[
            InputRequired(_l("请写明原因。")),
            Length(min=4, max=400, message=_l("请写 4 至 400 个字。")),
        ],
        render_kw={"rows": 2, "maxlength": 400},
    )


class GenerateForm(PageForm):
    """A key that the house shall make."""

    years = SelectField(
        _l("使用年限"),
        choices=[
            SelectChoice(str(n), _l("%(n)s 年", n=n))
            for n in range(1, LONGEST_YEARS + 1)
        ],
        default=str(LIFE.days // 365),
        validators=[InputRequired()],
    )
    reason = _reason()


class _CertificatesForm(PageForm):
    """Certificates that an authority gave; for a seal, perhaps the seal too."""

    certificates = MultipleFileField(
        _l("证书文件"),
        description=_l("本单位的证书和上级证书，PEM 或 DER，可选多个文件。"),
        validators=[_Wanted()],
        render_kw={"accept": ".pem,.crt,.cer,.der"},
    )
    seal = FileField(
        _l("电子印章文件"),
        description=_l("制章单位交付的 GB/T 38540 印章（.esl）；没有就由本平台制作。"),
        render_kw={"accept": ".esl,.der,.dat"},
    )
    reason = _reason()

    def suit(self, purpose: Purpose) -> None:
        """Ask for nothing that the purpose does not know."""
        if purpose is not Purpose.SEAL:
            del self.seal

    def blame(self, refused: Refused) -> None:
        """Say at its field what is wrong with what was brought."""
        for code in refused.reasons or (refused.code,):
            field = self._place(code)
            field.errors = [*field.errors, words(code, refused.facts)]

    def _place(self, code: str) -> Field:
        name = "certificates"
        if code in _AT_SEAL:
            name = "seal"
        elif code == "signing.password":
            name = "password"
        elif code in _AT_KEY:
            name = "key_file"
        field: Field = self[name if name in self else "certificates"]
        return field

    def upload(self) -> Upload:
        """Give what was brought."""
        return Upload(certificates=self._certificates(), seal=self._seal())

    def _certificates(self) -> bytes:
        files = [_read(one) for one in self.certificates.data or ()]
        # DER after DER stays readable; PEM needs its line ends.
        return b"\n".join(files) if _are_pem(files) else b"".join(files)

    def _seal(self) -> bytes:
        return _read(self.seal.data) if "seal" in self else b""


class CertifyForm(_CertificatesForm):
    """Certificates for a key that is here."""


class ImportForm(_CertificatesForm):
    """A key that was made elsewhere."""

    key_file = FileField(
        _l("私钥文件"),
        validators=[_Wanted()],
        render_kw={"accept": ".p12,.pfx,.pem,.key,.der,.p8"},
    )
    key_text = TextAreaField(
        _l("或者粘贴私钥"),
        validators=[Length(max=20_000)],
        render_kw={**_QUIET, "rows": 3},
    )
    password = PasswordField(
        _l("密钥文件的密码"),
        validators=[Length(max=200)],
        render_kw={"autocomplete": "off"},
    )
    place = StringField(
        _l("外部密钥的位置"),
        validators=[Length(max=180), Optional()],
        render_kw={**_QUIET, "placeholder": "pkcs11:…"},
    )

    def upload(self) -> Upload:
        """Give what was brought."""
        pasted = (self.key_text.data or "").encode()
        return Upload(
            key=_read(self.key_file.data) or pasted,
            certificates=self._certificates(),
            seal=self._seal(),
            password=self.password.data or "",
            place=(self.place.data or "").strip() or HOUSE_PLACE,
        )

    def forget(self) -> None:
        """Send no key back to the browser."""
        self.key_text.data = ""


class AlarmForm(PageForm):
    """A key that others may have."""

    since = DateField(
        _l("最早可能从哪天起泄露"),
        description=_l("不清楚就不填，按现在算。这天以后的签名将不被信任。"),
        validators=[Optional()],
    )
    reason = _reason()
    sure = BooleanField(
        _l("我知道：提交后立即停用，换上新密钥之前不能签发证书"),
        validators=[InputRequired(_l("请确认后再提交。"))],
    )


class RenewForm(PageForm):
    """A root of the house that shall be replaced."""

    reason = _reason()


class VouchForm(PageForm):
    """The operator's word about a name or a seal; everybody may read it."""

    comment = TextAreaField(
        _l("理由"),
        description=_l("同意时写明怎样核实的（例如核对了哪些登记文件），会公开显示。"),
        validators=[
            InputRequired(_l("请写明理由。")),
            Length(min=4, max=400, message=_l("请写 4 至 400 个字。")),
        ],
        render_kw={"rows": 3, "maxlength": 400},
    )


class _OwedOnNo:
    """Marks words that a refusal wants: not simply optional."""

    field_flags = {"conditional": True}  # noqa: RUF012 - read only

    def __call__(self, form: object, field: object) -> None:
        """Object to nothing."""


class DecideForm(PageForm):
    """The second person's word."""

    comment = TextAreaField(
        _l("意见"),
        description=_l("不同意时必须写明原因。"),
        validators=[_OwedOnNo(), Length(max=400, message=_l("最多 400 个字。"))],
        render_kw={"rows": 2, "maxlength": 400},
    )


def _read(file: object) -> bytes:
    if not isinstance(file, FileStorage) or not file.filename:
        return b""
    return file.stream.read(_MOST_READ)


def _are_pem(files: list[bytes]) -> bool:
    return any(one.lstrip().startswith(b"-----") for one in files)
