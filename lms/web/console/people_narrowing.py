"""What the list of learners is narrowed to: as addresses, forms and tables say it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.kernel.text import normal
from lms.policy.model import Specialty
from lms.reports import sought
from lms.reports.sought import Asked, Footing, Study, Taken
from lms.web import desk
from lms.web.filters import term

ENDINGS = (30, 60, 90, 180)
"""Days before the end of a registration that a desk asks for."""
STUDIES: Mapping[Study, LazyString] = MappingProxyType(
    {
        Study.NONE: _l("尚未选课"),
        Study.OPEN: _l("有课未学完"),
        Study.DONE: _l("课程全部学完"),
    }
)
TAKINGS: Mapping[Taken, LazyString] = MappingProxyType(
    {
        Taken.WAITING: _l("已购，未开始"),
        Taken.OPEN: _l("在学"),
        Taken.DONE: _l("已学完"),
        Taken.CLOSED: _l("已退课"),
    }
)
FOOTINGS: Mapping[Footing, LazyString] = MappingProxyType(
    {
        Footing.SHUT: _l("账号已停用"),
        Footing.BARE: _l("未填身份证号码"),
        Footing.JOINED: _l("并入过其他账号"),
        Footing.CLOSED: _l("账号已注销"),
    }
)
CERTIFICATES: Mapping[bool, LazyString] = MappingProxyType(
    {True: _l("有合格证"), False: _l("没有合格证")}
)
_SENT = {True: "yes", False: "no"}
_CERTIFIED = {"yes": True, "no": False}
LONGEST = 60
"""Characters of what is typed of a company's name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What an association can narrow by: its courses by id, its certificates' years."""

    courses: Mapping[UUID, str]
    years: tuple[int, ...]


def choice() -> Choice:
    """Give what the clerk's association can narrow by."""
    session, here = desk.reading(), desk.association()
    return Choice(sought.courses(session, here), sought.years(session, here))


Options = Sequence[tuple[str, str]]


def options(among: Choice) -> dict[str, Options]:
    """Give what each field of the form offers: what it sends, and the words."""
    return {
        "specialty": [(one.value, term(one)) for one in Specialty],
        "study": [(one.value, str(words)) for one, words in STUDIES.items()],
        "ending": [(str(one), _("%(n)s 天内", n=one)) for one in ENDINGS],
        "course": [(str(one), title) for one, title in among.courses.items()],
        "taken": [(one.value, str(words)) for one, words in TAKINGS.items()],
        "account": [(one.value, str(words)) for one, words in FOOTINGS.items()],
        "certificate": [
            (_SENT[one], str(words)) for one, words in CERTIFICATES.items()
        ],
        "year": [(str(one), _("%(year)s 年", year=one)) for one in among.years],
    }


def asked(typed: Mapping[str, str], among: Choice) -> Asked:
    """Read what a form or an address says; what is unknown here narrows nothing."""
    specialty, study = typed.get("specialty", ""), typed.get("study", "")
    ending, year = typed.get("ending", ""), typed.get("year", "")
    course = {str(one): one for one in among.courses}.get(typed.get("course", ""))
    known_year = int(year) if year in map(str, among.years) else None
    return Asked(
        specialty=Specialty(specialty) if specialty in set(Specialty) else None,
        study=Study(study) if study in {one.value for one in Study} else None,
        ending=int(ending) if ending in map(str, ENDINGS) else None,
        company=normal(typed.get("company", ""))[:LONGEST],
        course=course,
        taken=_TAKEN.get(typed.get("taken", "")) if course else None,
        footing=_FOOTING.get(typed.get("account", "")),
        certified=_certified(typed, known_year),
        year=known_year,
    )


def _certified(typed: Mapping[str, str], year: int | None) -> bool | None:
    """Read whether a certificate is asked for; a year alone asks for one of it.

    Addresses of before asked for it as a step of study.
    """
    if year is not None or typed.get("study") == "certified":
        return _CERTIFIED.get(typed.get("certificate", ""), True)
    return _CERTIFIED.get(typed.get("certificate", ""))


_TAKEN = {one.value: one for one in Taken}
_FOOTING = {one.value: one for one in Footing}


def said(asked: Asked) -> dict[str, str]:
    """Give what a list is narrowed to, as its form sends it."""
    return {
        "specialty": asked.specialty.value if asked.specialty else "",
        "study": asked.study.value if asked.study else "",
        "ending": str(asked.ending or ""),
        "company": asked.company,
        "course": str(asked.course or ""),
        "taken": asked.taken.value if asked.taken else "",
        "account": asked.footing.value if asked.footing else "",
        "certificate": "" if asked.certified is None else _SENT[asked.certified],
        "year": str(asked.year or ""),
    }


def told(asked: Asked, among: Choice) -> tuple[tuple[str, str], ...]:
    """Say what a list is narrowed to, for the table that is taken away."""
    return tuple((head, words) for _field, head, words in _parts(asked, among))


@dataclass(frozen=True, slots=True)
class Chip:
    """One narrowing in words, and what the form sends once it is taken away."""

    words: str
    rest: Mapping[str, str]


_WITH = {"course": ("taken",), "certificate": ("year",)}
"""What goes with a field when it is taken away."""


def chips(asked: Asked, among: Choice) -> tuple[Chip, ...]:
    """Say what a list is narrowed to, each to be taken away."""
    whole = said(asked)
    return tuple(
        Chip(
            _("%(head)s：%(words)s", head=head, words=words),
            {
                name: value
                for name, value in whole.items()
                if value and name not in (field, *_WITH.get(field, ()))
            },
        )
        for field, head, words in _parts(asked, among)
        if words
    )


def _parts(asked: Asked, among: Choice) -> tuple[tuple[str, str, str], ...]:
    """Say each narrowing: the form's field, its head, and in what words it narrows."""
    ending = _("%(n)s 天内", n=asked.ending) if asked.ending else ""
    return (
        ("specialty", _("注册专业"), term(asked.specialty) if asked.specialty else ""),
        ("study", _("学习进度"), _words(asked.study, STUDIES)),
        ("ending", _("注册到期"), ending),
        ("company", _("聘用企业"), asked.company),
        ("course", _("课程"), _course(asked, among)),
        ("account", _("账号状态"), _words(asked.footing, FOOTINGS)),
        ("certificate", _("合格证"), _certificate(asked)),
    )


One = TypeVar("One")


def _words(one: One | None, words: Mapping[One, LazyString]) -> str:
    return "" if one is None else str(words[one])


def _course(asked: Asked, among: Choice) -> str:
    if asked.course is None:
        return ""
    title = among.courses[asked.course]
    return f"{title}（{TAKINGS[asked.taken]}）" if asked.taken else title


def _certificate(asked: Asked) -> str:
    if asked.certified is None:
        return ""
    words: str = _("有") if asked.certified else _("没有")
    if asked.year is None:
        return words
    return f"{words}（{asked.year}）"
