"""Which column of an old platform's sheet is what. Pure."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from lms.commerce.rules.columns import fingerprint, misplaced, named_by

__all__ = ["FIELDS", "NEEDED", "Field", "Kind", "fingerprint", "guess", "head_row",
           "mapping_problems"]  # fmt: skip


class Kind(StrEnum):
    """What the rows of a sheet are."""

    PEOPLE = "people"
    HOURS = "hours"
    CERTIFICATES = "certificates"


class Field(StrEnum):
    """What a column can be."""

    ID_NUMBER = "id_number"
    NAME = "name"
    NUMBER = "number"
    PHONE = "phone"
    PROVINCE = "province"
    SPECIALTY = "specialty"
    REGISTER_NO = "register_no"
    PERIOD_FROM = "period_from"
    PERIOD_UNTIL = "period_until"
    TRACK = "track"
    CREDIT = "credit"
    COURSE = "course"
    EARNED_ON = "earned_on"
    YEAR = "year"
    ISSUED_ON = "issued_on"


FIELDS: Mapping[Kind, tuple[Field, ...]] = MappingProxyType(
    {
        Kind.PEOPLE: (
            Field.ID_NUMBER, Field.NAME, Field.PHONE, Field.PROVINCE, Field.SPECIALTY,
            Field.REGISTER_NO, Field.PERIOD_FROM, Field.PERIOD_UNTIL, Field.NUMBER,
        ),
        Kind.HOURS: (
            Field.ID_NUMBER, Field.NAME, Field.SPECIALTY, Field.TRACK, Field.CREDIT,
            Field.COURSE, Field.EARNED_ON, Field.YEAR, Field.NUMBER,
        ),
        Kind.CERTIFICATES: (
            Field.NUMBER, Field.ID_NUMBER, Field.NAME, Field.SPECIALTY,
            Field.ISSUED_ON, Field.PERIOD_FROM, Field.PERIOD_UNTIL, Field.CREDIT,
        ),
    }
)  # fmt: skip
"""What a sheet of each kind may hold, in the order of the form."""

NEEDED: Mapping[Kind, frozenset[Field]] = MappingProxyType(
    {
        Kind.PEOPLE: frozenset({Field.ID_NUMBER, Field.NAME}),
        Kind.HOURS: frozenset(
            {Field.ID_NUMBER, Field.NAME, Field.SPECIALTY, Field.TRACK, Field.CREDIT,
             Field.COURSE}
        ),
        Kind.CERTIFICATES: frozenset(
            {Field.NUMBER, Field.ID_NUMBER, Field.NAME, Field.SPECIALTY,
             Field.ISSUED_ON}
        ),
    }
)  # fmt: skip

_WORDS: Mapping[Field, tuple[str, ...]] = MappingProxyType(
    {
        Field.ID_NUMBER: (
            "身份证号码", "身份证号", "公民身份号码", "证件号码", "身份证",
        ),
        Field.NAME: ("姓名", "学员姓名", "人员姓名", "持证人"),
        Field.PHONE: ("手机号码", "手机号", "手机", "联系电话", "电话"),
        Field.PROVINCE: ("注册省份", "省份", "所在省", "地区"),
        Field.SPECIALTY: ("注册专业", "报考专业", "学习专业", "专业"),
        Field.REGISTER_NO: ("注册编号", "注册证书编号", "执业印章号"),
        Field.PERIOD_FROM: (
            "有效期起", "有效期开始", "有效期自", "周期开始", "注册日期", "起始日期",
        ),
        Field.PERIOD_UNTIL: (
            "有效期止", "有效期至", "有效期结束", "周期结束", "截止日期", "到期日期",
        ),
        Field.TRACK: (
            "课程类别", "学时类别", "必修选修", "必修/选修", "课程性质", "类别",
        ),
        Field.CREDIT: ("获得学时", "完成学时", "学时数", "总学时", "学时"),
        Field.COURSE: ("课程名称", "培训项目", "课程", "班级名称"),
        Field.EARNED_ON: ("完成日期", "完成时间", "学习日期", "结业日期", "学完日期"),
        Field.YEAR: ("培训年度", "学习年度", "年度", "年份"),
        Field.ISSUED_ON: ("发证日期", "签发日期", "打印日期", "发证时间"),
        Field.NUMBER: (),
    }
)  # fmt: skip
"""What old platforms call their columns."""

_NUMBERS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.PEOPLE: ("学员编号", "用户编号", "学号", "会员编号", "编号"),
        Kind.HOURS: ("学时编号", "记录编号", "流水号", "记录号", "编号"),
        Kind.CERTIFICATES: ("合格证编号", "证书编号", "证书号", "合格证号", "编号"),
    }
)  # fmt: skip

_HEAD_WITHIN = 10


def guess(heads: Sequence[str], kind: Kind) -> dict[Field, int]:
    """Guess which column is what, each column for one thing only."""
    words = {
        what: _NUMBERS[kind] if what is Field.NUMBER else _WORDS[what]
        for what in FIELDS[kind]
    }
    return named_by(heads, words)


def head_row(rows: Sequence[Sequence[str]], kind: Kind) -> int:
    """Find the row of heads: of the first ten the one that names most."""
    found = [len(guess(row, kind)) for row in rows[:_HEAD_WITHIN]]
    return found.index(max(found)) if found else 0


def mapping_problems(
    kind: Kind, columns: Mapping[Field, int], width: int
) -> tuple[str, ...]:
    """List what a mapping still lacks."""
    found = []
    if not NEEDED[kind] <= set(columns):
        found.append("legacy.column_missing")
    if kind is Kind.HOURS and not {Field.EARNED_ON, Field.YEAR} & set(columns):
        found.append("legacy.no_day")
    return (*found, *misplaced(columns, width))
