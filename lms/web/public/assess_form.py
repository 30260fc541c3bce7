"""The short form of 资格自测, and how it becomes a question to the law."""

import re
from datetime import date
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields import Field
from wtforms.validators import InputRequired
from wtforms.widgets import DateInput

from lms.policy.dates import same_day
from lms.policy.facts import AssessmentRequest, ChangeKind
from lms.policy.library import rules_for
from lms.policy.model import Application, BarCause, Province, Specialty
from lms.web.api.reading import read_request
from lms.web.api.shapes import Flaw, a_date
from lms.web.filters import TERMS
from lms.web.forms import PageForm, SelectChoice

MOST_ROWS = len(Specialty)
YOUNGEST, OLDEST = 18, 120
"""Units: years of life on the day of application. Past them a date is a slip."""

DATED = frozenset({Application.RENEWAL, Application.CHANGE, Application.LOST_REISSUE})
QUALIFIED = frozenset({Application.INITIAL, Application.ADD_SPECIALTY})
HOURS_ASKED = QUALIFIED | {Application.RENEWAL, Application.RE_REGISTRATION}

_WORDS: dict[str, LazyString] = {
    "key.missing": _l("请填写此项。"),
    "date.missing": _l("请填写此日期。"),
    "date.malformed": _l("请填写完整的日期。"),
    "date.before_application": _l("准予之日不能早于申请之日。"),
    "date.reversed": _l("截止日早于起始日，请检查。"),
    "code.unknown": _l("请选择一项。"),
    "list.empty": _l("请至少选择一个专业。"),
    "specialty.twice": _l("这个专业已经填过了。"),
    "specialty.two_mains": _l("主项专业只能有一个。"),
    "birth.future": _l("出生日期不能晚于今天，请检查。"),
    "birth.too_young": _l("到申请日期还不满 18 周岁，不能申请注册。请检查出生日期。"),
    "birth.too_old": _l("到申请日期已超过 120 周岁，请检查出生日期。"),
}
_HOURS_WORDS = _l("请填写数字，最多两位小数，例如 60 或 1.5。")


def _date(label: LazyString, *, needed: bool = False) -> StringField:
    # Read by the API's reader, so that page and API refuse the same things.
    checks = [InputRequired()] if needed else []
    return StringField(label, widget=DateInput(), validators=checks)


def _hours(label: LazyString) -> StringField:
    return StringField(label, render_kw={"inputmode": "decimal", "maxlength": "9"})


class SpecialtyForm(Form):
    """One specialty that the application is about."""

    code = SelectField(
        _l("专业"),
        choices=[
            SelectChoice("", _l("请选择")),
            *(SelectChoice(each.value, TERMS[each]) for each in Specialty),
        ],
        validate_choice=False,
    )
    main = BooleanField(_l("这是主项专业"))
    valid_from = _date(_l("注册有效期起"))
    valid_until = _date(_l("注册有效期止"))
    qualified_on = _date(_l("资格证书签发日期"))
    required = _hours(_l("已修必修学时"))
    elective = _hours(_l("已修选修学时"))


class AssessForm(PageForm):
    """What the law asks about; fields that a kind does not need are taken away."""

    applied_on = _date(_l("申请日期"), needed=True)
    born_on = _date(_l("出生日期"), needed=True)
    rows = FieldList(FormField(SpecialtyForm), min_entries=1, max_entries=MOST_ROWS)
    substituted = _hours(_l("已批准的充抵学时"))
    person = BooleanField(_l("本人已（或将）签署书面承诺"))
    employer = BooleanField(_l("聘用企业已（或将）签署书面承诺"))
    change_kind = RadioField(
        _l("变更什么"),
        choices=[
            SelectChoice(ChangeKind.EMPLOYER.value, _l("执业单位")),
            SelectChoice(ChangeKind.INFORMATION.value, _l("姓名、企业名称等信息")),
        ],
        default=ChangeKind.EMPLOYER.value,
        validate_choice=False,
    )
    last_change_granted_on = _date(_l("上一次变更执业单位的准予日期"))
    deregistered_on = _date(_l("注销（或失效）日期"), needed=True)
    granted_on = _date(_l("预计准予日期"))
    bar = SelectField(
        _l("是否受过下列处理"),
        choices=[
            SelectChoice("", _l("没有")),
            SelectChoice(
                BarCause.FALSE_MATERIALS.value, _l("隐瞒情况或提供虚假材料申请注册")
            ),
            SelectChoice(BarCause.FRAUD.value, _l("以欺骗、贿赂等手段取得注册被撤销")),
        ],
        validate_choice=False,
    )
    bar_on = _date(_l("处理决定日期"))

    def fit(self, province: Province, application: Application, today: date) -> None:
        """Take away what this kind of application does not need."""
        rules = rules_for(province, today)
        unneeded = {
            "person": application not in rules.committed,
            "employer": application not in rules.committed,
            "change_kind": application is not Application.CHANGE,
            "last_change_granted_on": application is not Application.CHANGE,
            "deregistered_on": application is not Application.RE_REGISTRATION,
            "substituted": application not in HOURS_ASKED,
        }
        for name in [name for name, gone in unneeded.items() if gone]:
            del self[name]
        for place, row in enumerate(self.rows):
            _fit_row(row.form, application)
            if place == 0:
                _need_all(row.form)

    def names(self) -> set[str]:
        """Name the fields that are shown now, as the browser sends them."""
        own = {field.name for field in self if field.name != "rows"}
        return own | {field.name for row in self.rows for field in row.form}

    def question(
        self, province: Province, application: Application, today: date
    ) -> AssessmentRequest | None:
        """Turn the form into a question, or mark what is wrong in it."""
        asked, places = _Draft(self, province, application).written()
        found = read_request(asked)
        flaws = found if isinstance(found, tuple) else ()
        flaws += _slips_of_birth(asked, today)
        for flaw in flaws:
            _mark(self, places, flaw)
        return None if flaws or isinstance(found, tuple) else found


def legal_day_in(typed: str) -> date | None:
    """Read a legal day as a form sends it; None for what is none."""
    return a_date(typed.strip(), "", [])


def _slips_of_birth(asked: dict[str, Any], today: date) -> tuple[Flaw, ...]:
    """Find a day of birth that nobody who asks can have."""
    born = legal_day_in(asked["person"].get("born_on", ""))
    applied = legal_day_in(asked.get("applied_on", "")) or today
    if born is None:
        return ()
    if born > today:
        return (Flaw("person.born_on", "birth.future"),)
    if applied < same_day(born, years=YOUNGEST):
        return (Flaw("person.born_on", "birth.too_young"),)
    if applied > same_day(born, years=OLDEST):
        return (Flaw("person.born_on", "birth.too_old"),)
    return ()


def _fit_row(row: SpecialtyForm, application: Application) -> None:
    unneeded = {
        "valid_from": application not in DATED,
        "valid_until": application not in DATED,
        "qualified_on": application not in QUALIFIED,
        "required": application not in HOURS_ASKED,
        "elective": application not in HOURS_ASKED,
        "main": application
        not in {Application.RENEWAL, Application.RE_REGISTRATION, Application.INITIAL},
    }
    for name in [name for name, gone in unneeded.items() if gone]:
        del row[name]


def _need_all(row: SpecialtyForm) -> None:
    for name in ("code", "valid_from", "valid_until", "qualified_on"):
        field = _of(row, name)
        if field is not None:
            field.flags.required = True


class _Draft:
    """Writes a form as the API's JSON, noting which field stands behind which path."""

    def __init__(
        self, form: AssessForm, province: Province, application: Application
    ) -> None:
        self.form = form
        self.application = application
        self.places: dict[str, Field] = {}
        self.asked: dict[str, Any] = {
            "province": province.value,
            "application": application.value,
            "person": {},
            "specialties": [],
            "credits": [],
        }

    def written(self) -> tuple[dict[str, Any], dict[str, Field]]:
        """Give the JSON and the field behind each of its paths."""
        form = self.form
        for name in (
            "applied_on",
            "granted_on",
            "deregistered_on",
            "last_change_granted_on",
            "change_kind",
        ):
            self._put(self.asked, name, _of(form, name), name)
        self._put(self.asked["person"], "born_on", form.born_on, "person.born_on")
        for row in form.rows:
            self._row(row.form)
        if "person" in form:
            self.asked["commitments"] = {
                "person": bool(form.person.data),
                "employer": bool(form.employer.data),
            }
        self._extras()
        return self.asked, self.places

    def _row(self, row: SpecialtyForm) -> None:
        dates = ("valid_from", "valid_until", "qualified_on")
        fields = [row[name] for name in ("code", *dates) if name in row]
        blank = not any(field.data for field in fields)
        if blank and self.asked["specialties"]:
            return
        place = len(self.asked["specialties"])
        path = f"specialties[{place}]"
        facts: dict[str, Any] = {"main": bool("main" in row and row.main.data)}
        for name in ("code", *dates):
            self._put(facts, name, _of(row, name), f"{path}.{name}")
        self.places[f"{path}.main"] = row.code
        self.places.setdefault("specialties", row.code)
        self.asked["specialties"].append(facts)
        for track in ("required", "elective"):
            if track in row and (row[track].data or "").strip():
                self._credit(facts, track, row[track])

    def _credit(self, facts: dict[str, Any], track: str, field: Field) -> None:
        self.places[f"credits[{len(self.asked['credits'])}].hours"] = field
        self.asked["credits"].append(
            {
                "specialty": facts.get("code") or Specialty.BUILDING.value,
                "track": track,
                "hours": field.data.strip(),
                "earned_at": f"{self._counted_on(facts)}T12:00:00+08:00",
            }
        )

    def _counted_on(self, facts: dict[str, Any]) -> str:
        """Name a day inside the counting window: the form asks for hours in it."""
        days = [self.asked.get("applied_on"), facts.get("valid_until")]
        fit = [each for each in days if each and re.fullmatch(r"\d{4}-\d\d-\d\d", each)]
        return min(fit, default="2000-01-01")

    def _extras(self) -> None:
        form = self.form
        substituted = _of(form, "substituted")
        if substituted is not None and (substituted.data or "").strip():
            first: dict[str, Any] = next(iter(self.asked["specialties"]), {})
            self.places["substitutions[0].hours"] = substituted
            self.asked["substitutions"] = [
                {
                    "activity": "teaching",
                    "occurred_on": self._counted_on(first),
                    "status": "approved",
                    "hours": substituted.data.strip(),
                }
            ]
        if form.bar.data:
            facts: dict[str, Any] = {"cause": form.bar.data}
            self._put(facts, "decided_on", form.bar_on, "bars[0].decided_on")
            self.asked["bars"] = [facts]
            self.places["bars[0].cause"] = form.bar

    def _put(
        self, facts: dict[str, Any], name: str, field: Field | None, path: str
    ) -> None:
        if field is None:
            return
        self.places[path] = field
        if field.data:
            facts[name] = str(field.data).strip()


def _of(form: Form, name: str) -> Field | None:
    """Give a field, unless it was taken away."""
    return form[name] if name in form._fields else None


def _mark(form: AssessForm, places: dict[str, Field], flaw: Flaw) -> None:
    """Write a flaw beside the field that it is about."""
    field = places.get(flaw.path, form.applied_on)
    words = _WORDS.get(flaw.code, _HOURS_WORDS)
    field.errors = [*field.errors, words]
