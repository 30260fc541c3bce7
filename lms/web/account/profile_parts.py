"""What the pages of the personal centre share: blueprint, forms by section, pages."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_limiter.util import get_remote_address

from lms.accounts import queries as accounts
from lms.accounts import services as account_services
from lms.accounts.rules import SENSITIVE, SENSITIVE_TEXT_ON
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AccountId
from lms.kernel.work import Work
from lms.people import queries
from lms.people.queries import ProfileCard
from lms.people.rules import Section
from lms.web import desk
from lms.web.account.profile_files import PhotoForm, PictureForm, ask_files_again
from lms.web.account.profile_forms import (
    EmployerForm,
    IdentityForm,
    QualificationForm,
    RegistrationForm,
    blame,
    registration_form,
)
from lms.web.forms import PageForm

bp = Blueprint("me", __name__, url_prefix="/me")

UPLOAD_BYTES = 11 * 2**20
"""One picture of 10 MB and the form around it."""

_UPLOADS = {"me.photo_save": 1, "me.signature_save": 1, "me.correction_send": 2}

TITLES = {
    Section.IDENTITY: _l("身份信息"),
    Section.PHOTO: _l("一寸照片"),
    Section.SIGNATURE: _l("手写签名"),
    Section.QUALIFICATION: _l("资格证书"),
    Section.REGISTRATION: _l("注册信息"),
    Section.EMPLOYER: _l("聘用企业"),
}
ICONS = {
    Section.IDENTITY: "id-card",
    Section.PHOTO: "camera",
    Section.SIGNATURE: "signature",
    Section.QUALIFICATION: "certificate",
    Section.REGISTRATION: "hard-hat",
    Section.EMPLOYER: "factory",
}


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Runs before CSRF reads the form, which is where the general limit would bite.
    pictures = _UPLOADS.get(endpoint or "", 0)
    if pictures:
        request.max_content_length = pictures * UPLOAD_BYTES


def by_account() -> str:
    """Count tries by account: a whole company may share one address."""
    visitor = desk.visitor()
    return str(visitor.account_id) if visitor else get_remote_address()


def card() -> ProfileCard:
    """Give the visitor's own profile."""
    return queries.profile(desk.reading(), desk.me())


def known(section: Section, profile: ProfileCard) -> tuple[type[PageForm], PageForm]:
    """Give a section's form class, and the form filled with what is known."""
    if section is Section.REGISTRATION:
        kind: type[PageForm] = registration_form(
            [q.specialty for q in profile.qualifications]
        )
    else:
        kind = _FORMS[section]
    return kind, kind.blank(**VALUES[section](profile))


def consent_owed() -> bool:
    """Tell whether the text on ID number and photo is not agreed to yet."""
    return not accounts.agreed(
        desk.reading(), _account_id(), SENSITIVE, SENSITIVE_TEXT_ON
    )


def consents(form: IdentityForm | PhotoForm) -> bool:
    """Tell whether what is sensitive may be kept; if not, say so at the box."""
    if form.sensitive.data or not consent_owed():
        return True
    blame(form.sensitive, "consent.needed")
    return False


def keep_consent(work: Work) -> None:
    """Write down the consent that came with a form, once."""
    if consent_owed():
        account_services.consent(
            work, _account_id(), SENSITIVE, text_on=SENSITIVE_TEXT_ON
        )


def _account_id() -> AccountId:
    visitor = desk.visitor()
    if visitor is None:
        raise NotFound("account.unknown")
    return AccountId(visitor.account_id)


def offer_main(form: PageForm) -> None:
    """Let the main specialty be one of the rows."""
    if isinstance(form, RegistrationForm):
        form.main.choices = {s.value: on.label.text for s, on, *_d in form.rows}


def _nothing(_profile: ProfileCard) -> dict[str, object]:
    return {}


def _identity(profile: ProfileCard) -> dict[str, object]:
    return {"name": profile.name}


def _registration(profile: ProfileCard) -> dict[str, object]:
    held = profile.registration
    if held is None:
        return {}
    found: dict[str, object] = {
        "number": held.number,
        "province": held.province.value,
        "main": held.main.code.value,
    }
    for one in held.specialties:
        found[f"on_{one.code}"] = True
        found[f"from_{one.code}"] = one.valid_from
        found[f"until_{one.code}"] = one.valid_until
    return found


def _employer(profile: ProfileCard) -> dict[str, object]:
    held = profile.employer
    return {"name": held.name, "uscc": held.uscc} if held else {}


_FORMS: dict[Section, type[PageForm]] = {
    Section.IDENTITY: IdentityForm,
    Section.PHOTO: PhotoForm,
    Section.SIGNATURE: PictureForm,
    Section.QUALIFICATION: QualificationForm,
    Section.REGISTRATION: RegistrationForm,
    Section.EMPLOYER: EmployerForm,
}
VALUES = {
    Section.IDENTITY: _identity,
    Section.PHOTO: _nothing,
    Section.SIGNATURE: _nothing,
    Section.QUALIFICATION: _nothing,
    Section.REGISTRATION: _registration,
    Section.EMPLOYER: _employer,
}


def own_form(section: Section, profile: ProfileCard) -> PageForm:
    """Fill a section's form from what the browser sent.

    Raises: Refused when the section is locked.
    """
    if not profile.may_edit(section):
        raise Refused("profile.locked")
    return known(section, profile)[0].sent()


def page(
    section: Section, form: PageForm | None = None, *, correcting: bool = False
) -> str:
    """Show a section: its form when it may be written, else what it says."""
    profile = card()
    if form is None and profile.may_edit(section):
        form = known(section, profile)[1]
    if form is not None:
        offer_main(form)
        ask_files_again(form)
    return render_template(
        f"account/me_{section}.html",
        profile=profile,
        section=section,
        form=form,
        correcting=correcting,
        consent_on=SENSITIVE_TEXT_ON if consent_owed() else None,
        born_on=queries.born_on(desk.reading(), desk.me())
        if section is Section.IDENTITY
        else None,
        titles=TITLES,
        icons=ICONS,
        sections=tuple(Section),
    )


def saved(section: Section, *, to_review: bool = False) -> ResponseReturnValue:
    """Say so, and lead on to what is missing next."""
    owed = card().completeness.missing_sections
    if not owed:
        if to_review:
            flash(_("照片已提交人工审核，资料已全部完善。"), "success")
        else:
            flash(_("资料已全部完善。"), "success")
        return redirect(url_for("me.profile"), 303)
    after = [s for s in owed if tuple(Section).index(s) > tuple(Section).index(section)]
    following = (after or list(owed))[0]
    flash(_saved_words(section, TITLES[following], to_review=to_review), "success")
    return redirect(url_for(f"me.{following}"), 303)


def _saved_words(section: Section, following: object, *, to_review: bool) -> str:
    if to_review:
        return str(_("照片已提交人工审核，接着填写%(next)s。", next=following))
    done = TITLES[section]
    return str(_("%(done)s已保存，接着填写%(next)s。", done=done, next=following))
