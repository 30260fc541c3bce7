"""The official forms, filled in: what stands in which row. Pure; fixed words."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lms.policy.flow import Party
from lms.policy.model import Application, Specialty


class Form(StrEnum):
    """The forms that the house fills in."""

    APPLICATION = "application"
    INFORMATION = "information"
    COMMITMENT = "commitment"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; a cell is a label and what is written beside it."""

    title: str
    rows: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True)
class Signing:
    """A promise and the place to sign it. PII: the signature's picture."""

    title: str
    words: str
    label: str
    name: str = ""
    day: str = ""
    picture: bytes | None = field(default=None, repr=False)
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form to be printed. PII: all of it."""

    title: str
    number: str
    photo: bytes | None = field(default=None, repr=False)
    tables: tuple[Table, ...] = ()
    signings: tuple[Signing, ...] = ()
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """One registered specialty. Units: both days count."""

    specialty: Specialty
    is_main: bool
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class Qualified:
    """One qualification as its paper says."""

    specialty: Specialty
    number: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Signed:
    """A promise that was signed, and when (Shanghai)."""

    party: Party
    name: str
    at: str
    words: str


@dataclass(frozen=True, slots=True)
class Particulars:
    """What the forms say of a person and of the application.

    `signed_at` is when the signature on file is drawn, where nothing was signed yet.

    PII: all of it.
    """

    number: str
    application: Application
    specialties: tuple[Specialty, ...]
    name: str
    sex: str
    id_number: str
    born_on: date | None
    phone: str
    registration_no: str = ""
    employer: str = ""
    uscc: str = ""
    former_employer: str = ""
    education: str = ""
    held: tuple[Held, ...] = ()
    qualified: tuple[Qualified, ...] = ()
    contract: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    promises: tuple[tuple[Party, str], ...] = ()
    signed: tuple[Signed, ...] = ()
    signed_at: str = ""
    source: str = ""
    photo: bytes | None = field(default=None, repr=False)
    signature: bytes | None = field(default=None, repr=False)


KINDS = {
    Application.INITIAL: "初始注册",
    Application.RENEWAL: "延续注册",
    Application.CHANGE: "变更注册",
    Application.ADD_SPECIALTY: "增项注册",
    Application.RE_REGISTRATION: "重新注册",
    Application.CANCELLATION: "注销注册",
    Application.LOST_REISSUE: "遗失补办或污损更换",
}
SPECIALTIES = {
    Specialty.BUILDING: "建筑工程",
    Specialty.HIGHWAY: "公路工程",
    Specialty.WATER: "水利水电工程",
    Specialty.MUNICIPAL: "市政公用工程",
    Specialty.MINING: "矿业工程",
    Specialty.MECHANICAL: "机电工程",
}
_SEXES = {"male": "男", "female": "女"}

PERSON_PROMISE = (
    "本人承诺：以上填报的信息和提交的材料真实、合法、有效；本人未同时在两个及以上单位"
    "受聘或者执业，不存在“挂证”行为。如有虚假，愿承担相应的法律责任。"
)
EMPLOYER_PROMISE = (
    "本单位承诺：已对申请人填报的信息和提交的材料进行核对，申请人为本单位聘用人员，"
    "情况属实。如有虚假，愿承担相应的法律责任。"
)


def day(on: date | None) -> str:
    """Write a day as 2026年11月21日; nothing for none."""
    return f"{on.year}年{on.month}月{on.day}日" if on else ""


def sheet(form: Form, about: Particulars) -> Sheet:
    """Fill a form in."""
    made = {
        Form.APPLICATION: application,
        Form.INFORMATION: information,
        Form.COMMITMENT: commitment,
    }
    return made[form](about)


def application(about: Particulars) -> Sheet:
    """Fill in the 注册申请表."""
    tables = [Table("申请人", _person(about)), Table("申请事项", _matter(about))]
    if about.held:
        tables.append(Table("现注册情况", _held(about)))
    if about.qualified:
        tables.append(Table("资格证书", _qualified(about)))
    tables.append(Table("聘用企业", _employer(about)))
    return Sheet(
        "二级注册建造师注册申请表",
        about.number,
        about.photo,
        tuple(tables),
        _signings(about),
        _foot(about),
    )


def information(about: Particulars) -> Sheet:
    """Fill in the 个人信息更改申请表."""
    rows = tuple(
        (("更改项目", what), ("原信息", old), ("更改为", new))
        for what, old, new in about.changes
    ) or ((("更改项目", ""), ("原信息", ""), ("更改为", "")),)
    return Sheet(
        "二级建造师个人信息更改申请表",
        about.number,
        about.photo,
        (
            Table("申请人", _person(about)),
            Table("更改内容", rows),
            Table("聘用企业", _employer(about)),
        ),
        _signings(about),
        _foot(about),
    )


def commitment(about: Particulars) -> Sheet:
    """Fill in the 承诺书 of the person and of the employer."""
    return Sheet(
        "承诺书",
        about.number,
        None,
        (
            Table(
                "",
                (
                    (("姓名", about.name), ("身份证号", about.id_number)),
                    (("聘用企业", about.employer), ("社会信用代码", about.uscc)),
                    (("申请事项", KINDS[about.application]), ("专业", _named(about))),
                ),
            ),
        ),
        _signings(about),
        _foot(about),
    )


def _named(about: Particulars) -> str:
    return "、".join(SPECIALTIES[one] for one in about.specialties)


def _person(about: Particulars) -> tuple[tuple[tuple[str, str], ...], ...]:
    rows: list[tuple[tuple[str, str], ...]] = [
        (("姓名", about.name), ("性别", _SEXES.get(about.sex, about.sex))),
        (("出生日期", day(about.born_on)), ("联系电话", about.phone)),
        (("身份证号", about.id_number),),
    ]
    if about.registration_no:
        rows.append((("注册编号", about.registration_no),))
    if about.education:
        rows.append((("学历及专业", about.education),))
    return tuple(rows)


def _matter(about: Particulars) -> tuple[tuple[tuple[str, str], ...], ...]:
    rows: list[tuple[tuple[str, str], ...]] = [
        (("申请类别", KINDS[about.application]), ("申请专业", _named(about))),
    ]
    rows += [
        (("变更项目", what), ("变更前", old), ("变更后", new))
        for what, old, new in about.changes
    ]
    return tuple(rows)


def _held(about: Particulars) -> tuple[tuple[tuple[str, str], ...], ...]:
    return tuple(
        (
            (
                "注册专业",
                SPECIALTIES[one.specialty] + ("（主项）" if one.is_main else ""),
            ),
            ("有效期", f"{one.valid_from} 至 {one.valid_until}"),
        )
        for one in about.held
    )


def _qualified(about: Particulars) -> tuple[tuple[tuple[str, str], ...], ...]:
    return tuple(
        (
            ("专业", SPECIALTIES[one.specialty]),
            ("证书编号", one.number),
            ("签发日期", one.issued_on.isoformat()),
        )
        for one in about.qualified
    )


def _employer(about: Particulars) -> tuple[tuple[tuple[str, str], ...], ...]:
    rows: list[tuple[tuple[str, str], ...]] = [
        (("新聘用企业" if about.former_employer else "企业名称", about.employer),),
        (("社会信用代码", about.uscc), ("劳动合同期限", about.contract)),
    ]
    if about.former_employer:
        rows.append((("原聘用企业", about.former_employer),))
    return tuple(rows)


def _signings(about: Particulars) -> tuple[Signing, ...]:
    promised = dict(about.promises)
    mine = promised.get(Party.PERSON) or PERSON_PROMISE
    theirs = promised.get(Party.EMPLOYER) or EMPLOYER_PROMISE
    return (
        _signing(about, Party.PERSON, "申请人承诺", mine),
        _signing(about, Party.EMPLOYER, "聘用企业承诺", theirs),
    )


def _signing(about: Particulars, party: Party, title: str, words: str) -> Signing:
    person = party is Party.PERSON
    label = "申请人签名" if person else "企业经办人签名（盖章）"
    picture = about.signature if person else None
    for one in about.signed:
        if one.party is party:
            return Signing(title, one.words or words, label, one.name, one.at, picture)
    day = about.signed_at if picture is not None else ""
    return Signing(title, words, label, day=day, picture=picture)


def _foot(about: Particulars) -> str:
    return f"依据：{about.source}" if about.source else ""
