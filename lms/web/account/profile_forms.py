"""The forms of the personal centre. What the rules object to shows at the field."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, cast

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Optional

from lms.people.rules import (
    CURRENT_NAMES,
    OLD_NAMES,
    EmployerFacts,
    IdentityFacts,
    QualificationFacts,
    RegistrationFacts,
    SpecialtyPeriod,
    employer_problems,
    identity_problems,
    qualification_problems,
    registration_problems,
)
from lms.policy.model import Province, Specialty
from lms.web.filters import term
from lms.web.forms import PageForm, SelectChoice
from lms.web.messages import words

NEEDED = _l("请填写此项。")


class Wanted:
    """Marks a field as one to fill in; other code checks that it is."""

    field_flags = {"required": True}  # noqa: RUF012 - read only

    def __call__(self, form: object, field: Field) -> None:
        """Object to nothing."""


def blame(field: Field, *codes: str) -> None:
    """Say at a field what is wrong with it."""
    field.errors = [*field.errors, *(words(code, {}) for code in codes)]


class SectionForm(PageForm):
    """A form of one section; `problems` is what its rules object to."""

    places: dict[str, str] = {}  # noqa: RUF012 - read only
    """Which field a problem belongs to, by the first word of its code or the whole."""

    def problems(self, today: date) -> Iterable[str]:
        """List what the rules object to."""
        raise NotImplementedError

    def good(self, today: date) -> bool:
        """Tell whether everything is right; if not, say so at the fields."""
        if not self.validate():
            return False
        found = list(self.problems(today))
        for code in found:
            name = self.places.get(code) or self.places[code.partition(".")[0]]
            blame(self[name], code)
        return not found


class Consenting:
    """Asks for the separate consent to what is sensitive, where it is still owed."""

    sensitive = BooleanField(_l("我单独同意处理以上敏感个人信息"))


class IdentityForm(Consenting, SectionForm):
    """Name and ID number."""

    places = {"name": "name", "id_number": "id_number"}  # noqa: RUF012 - never changed

    name = StringField(
        _l("姓名"),
        validators=[InputRequired(NEEDED), Length(max=60)],
        render_kw={"autocomplete": "name", "maxlength": 60},
    )
    id_number = StringField(
        _l("身份证号码"),
        validators=[InputRequired(NEEDED), Length(max=40)],
        render_kw={"autocomplete": "off", "maxlength": 24, "spellcheck": "false"},
    )

    @property
    def facts(self) -> IdentityFacts:
        """Give what was typed."""
        return IdentityFacts(self.name.data or "", self.id_number.data or "")

    def problems(self, today: date) -> Iterable[str]:
        """List what the rules object to."""
        return identity_problems(self.facts, today)


def _specialty_choices() -> list[SelectChoice]:
    """Offer the six names of today, then the old ones with where each belongs."""
    now = {
        f"{s.value}:{name}": name if term(s) == name else f"{name} ({term(s)})"
        for name, s in CURRENT_NAMES.items()
    }
    old = {
        f"{s.value}:{name}": f"{name} → {term(s)}"
        for name, meant in OLD_NAMES.items()
        for s in meant
    }
    # None is chosen beforehand: the wrong trade is saved more easily than noticed.
    return [
        SelectChoice("", _l("请选择")),
        *_grouped(_l("现行专业名称"), now),
        *_grouped(_l("旧证书上的专业名称"), old),
    ]


def _grouped(group: LazyString, names: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice(key, name, optgroup=str(group)) for key, name in names.items()]


class QualificationForm(SectionForm):
    """One qualification certificate."""

    places = {  # noqa: RUF012 - never changed
        "qualification": "number",
        "qualification.future": "issued_on",
        "qualification.too_early": "issued_on",
        "qualification.too_young": "issued_on",
    }

    printed = SelectField(
        _l("专业类别"),
        choices=_specialty_choices,
        validators=[InputRequired(NEEDED)],
        description=_l("按证书上印的名称选；旧名称会自动归入现行专业。"),
    )
    number = StringField(
        _l("证书编号（或管理号）"),
        validators=[InputRequired(NEEDED), Length(max=60)],
        render_kw={"autocomplete": "off", "maxlength": 60},
    )
    issued_on = DateField(_l("签发日期"), validators=[InputRequired(NEEDED)])

    @property
    def facts(self) -> QualificationFacts:
        """Give what was typed."""
        code, _colon, name = cast("str", self.printed.data).partition(":")
        return QualificationFacts(
            Specialty(code), self.number.data or "", self._day(), name
        )

    def _day(self) -> date:
        return cast("date", self.issued_on.data)

    def problems(self, today: date) -> Iterable[str]:
        """List what the rules object to."""
        return qualification_problems(self.facts, today)


class RegistrationForm(SectionForm):
    """Number, province, and a row for each specialty the person is qualified in.

    Rows are fields that `registration_form` adds: on_, from_, until_ and a specialty.
    """

    offered: tuple[Specialty, ...] = ()
    places = {  # noqa: RUF012 - never changed
        "registration": "number",
        "registration.main": "main",
    }

    number = StringField(
        _l("注册编号"),
        validators=[InputRequired(NEEDED), Length(max=40)],
        description=_l("13 位或 17 位，以汉字开头，如“蒙2152020202100001”。"),
        render_kw={"autocomplete": "off", "maxlength": 24},
    )
    province = SelectField(
        _l("注册所在地"),
        choices=lambda: {p.value: term(p) for p in Province if p != "national"},
        validators=[InputRequired(NEEDED)],
    )
    main = RadioField(
        _l("主项专业"),
        choices=list,
        validate_choice=False,
        validators=[Optional()],
    )

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own word
        """Take a row with dates as ticked, before anything is checked."""
        for _s, on, *days in self.rows:
            on.data = on.data or any(field.data for field in days)
        return bool(super().validate(extra_validators))

    def row(self, specialty: Specialty) -> tuple[Any, Any, Any]:
        """Give the three fields of a specialty."""
        names = (f"on_{specialty}", f"from_{specialty}", f"until_{specialty}")
        first, second, third = (self[name] for name in names)
        return first, second, third

    @property
    def rows(self) -> list[tuple[Specialty, Any, Any, Any]]:
        """Give every row."""
        return [(s, *self.row(s)) for s in self.offered]

    @property
    def facts(self) -> RegistrationFacts:
        """Give what was typed."""
        ticked = [s for s in self.offered if self.row(s)[0].data]
        only = ticked[0].value if len(ticked) == 1 else None
        return RegistrationFacts(
            self.number.data or "",
            Province(cast("str", self.province.data)),
            tuple(
                SpecialtyPeriod(
                    s,
                    self.row(s)[1].data,
                    self.row(s)[2].data,
                    is_main=s.value == (only or self.main.data),
                )
                for s in ticked
            ),
        )

    def problems(self, today: date) -> Iterable[str]:
        """List what the rules object to; a bad period is told in its own row."""
        short = [
            field
            for _s, on, *days in self.rows
            if on.data
            for field in days
            if field.data is None
        ]
        for field in short:
            field.errors = [NEEDED]
        if short:
            return []
        found = list(registration_problems(self.facts, self.offered))
        if "registration.no_specialty" in found:
            place = self.row(self.offered[0])[0] if self.offered else self.number
            blame(place, "registration.no_specialty")
            found = [code for code in found if code not in _NO_MAIN]
        for code in ("registration.period", "registration.too_long"):
            if code in found:
                self._blame_rows(code)
        return [code for code in found if code not in _ROW_CODES]

    def _blame_rows(self, code: str) -> None:
        for _s, on, begins, ends in self.rows:
            if not on.data:
                continue
            days = (ends.data - begins.data).days
            if (code == "registration.period") == (days <= 0):
                blame(ends, code)

    def good(self, today: date) -> bool:
        """Tell whether everything is right, rows included."""
        fine = super().good(today)
        rows = (field for _s, *fields in self.rows for field in fields)
        return fine and not any(field.errors for field in (self.number, *rows))


_NO_MAIN = {"registration.no_specialty", "registration.main"}
"""What follows from no row being ticked; the field for the second is not shown."""

_ROW_CODES = {"registration.period", "registration.too_long"}


def registration_form(offered: Collection[Specialty]) -> type[RegistrationForm]:
    """Make the form for those who are qualified in these specialties."""
    fields: dict[str, Any] = {"offered": tuple(offered)}
    for specialty in offered:
        fields[f"on_{specialty}"] = BooleanField(term(specialty))
        fields[f"from_{specialty}"] = DateField(
            _l("有效期起"), validators=[Optional(), Wanted()]
        )
        fields[f"until_{specialty}"] = DateField(
            _l("有效期止"), validators=[Optional(), Wanted()]
        )
    return type("RegistrationRows", (RegistrationForm,), fields)


class EmployerForm(SectionForm):
    """The company."""

    places = {"uscc": "uscc", "employer": "name"}  # noqa: RUF012 - never changed

    name = StringField(
        _l("企业名称"),
        validators=[InputRequired(NEEDED), Length(max=100)],
        description=_l("与营业执照一致。"),
        render_kw={"autocomplete": "organization", "maxlength": 100},
    )
    uscc = StringField(
        _l("统一社会信用代码"),
        validators=[InputRequired(NEEDED), Length(max=40)],
        description=_l("18 位，见营业执照右上角。"),
        render_kw={"autocomplete": "off", "maxlength": 24, "spellcheck": "false"},
    )

    @property
    def facts(self) -> EmployerFacts:
        """Give what was typed."""
        return EmployerFacts(self.uscc.data or "", self.name.data or "")

    def problems(self, today: date) -> Iterable[str]:
        """List what the rules object to."""
        return employer_problems(self.facts)
