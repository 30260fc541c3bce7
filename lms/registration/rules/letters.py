"""What the desk hands out on paper: the words, and what the law has them say. Pure.

Source: 行政许可法 第三十二、三十八、四十二、四十四、五十三条; 行政复议法 第二十条;
行政诉讼法 第四十六条.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lms.policy.flow import Path
from lms.policy.model import Application, Province, Specialty
from lms.policy.offices import OfficeKind
from lms.policy.workdays import Due
from lms.registration.rules.outcomes import Outcome, outcome_words

_LAW = "《中华人民共和国行政许可法》"


class LetterKind(StrEnum):
    """The papers that an office hands out about one application."""

    ACCEPTANCE = "acceptance"
    NON_ACCEPTANCE = "non_acceptance"
    DEFICIENCY = "deficiency"
    EXTENSION = "extension"
    GRANT = "grant"
    REFUSAL = "refusal"
    REVOCATION = "revocation"


TITLES = {
    LetterKind.ACCEPTANCE: "受理凭证",
    LetterKind.NON_ACCEPTANCE: "不予受理决定书",
    LetterKind.DEFICIENCY: "补正材料告知书",
    LetterKind.EXTENSION: "延长办理期限告知书",
    LetterKind.GRANT: "准予{}决定书",
    LetterKind.REFUSAL: "不予{}决定书",
    LetterKind.REVOCATION: "撤销注册决定书",
}
_MARKS = {
    LetterKind.ACCEPTANCE: "受",
    LetterKind.NON_ACCEPTANCE: "不受",
    LetterKind.DEFICIENCY: "补",
    LetterKind.EXTENSION: "延",
    LetterKind.GRANT: "准",
    LetterKind.REFUSAL: "不准",
}
KINDS = {
    Application.INITIAL: "初始注册",
    Application.RENEWAL: "延续注册",
    Application.CHANGE: "变更注册",
    Application.ADD_SPECIALTY: "增项注册",
    Application.RE_REGISTRATION: "重新注册",
    Application.CANCELLATION: "注销注册",
    Application.LOST_REISSUE: "遗失补办",
}
PATHS = {
    Path.ENTERPRISE_NAME: "聘用企业名称变更",
    Path.PERSONAL_INFORMATION: "个人信息变更",
    Path.WRITTEN: "注销注册（书面申请）",
    Path.FORCED: "强制注销",
    Path.ABNORMAL: "注册状态异常认定",
    Path.PAPER_EXCHANGE: "换发电子证书",
    Path.SIGNATURE_SUPPLEMENT: "个人签名补录",
    Path.DAMAGED: "污损更换",
    Path.SEAL_LOST: "执业印章遗失补办",
}
SPECIALTIES = {
    Specialty.BUILDING: "建筑工程",
    Specialty.HIGHWAY: "公路工程",
    Specialty.WATER: "水利水电工程",
    Specialty.MUNICIPAL: "市政公用工程",
    Specialty.MINING: "矿业工程",
    Specialty.MECHANICAL: "机电工程",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What a letter is about. `office` signs it, on a legal day.

    `outcome` is what a grant brought about, of a grant alone; `answer` the last day of
    a supplement, of what tells its lack.
    """

    number: str
    name: str
    employer: str
    application: Application
    path: Path
    specialties: tuple[Specialty, ...]
    filed_on: date | None
    due_on: date | None
    office: str
    on: date
    appeal_to: str
    due_not_before: date | None = None
    accepted: bool = False
    answer: Due | None = None
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def until(self) -> str:
        """Name the last day; past the published calendar, say what it hangs on."""
        return _last_day(self.due_on, self.due_not_before)

    @property
    def kind(self) -> str:
        """Name what is asked for."""
        return PATHS.get(self.path) or KINDS[self.application]

    @property
    def words(self) -> str:
        """Name the matter as the papers do."""
        fields = "、".join(SPECIALTIES[each] for each in self.specialties)
        return f"二级建造师{self.kind}" + (f"（{fields}）" if fields else "")


@dataclass(frozen=True, slots=True)
class Letter:
    """A paper, ready to be drawn: all words are there.

    `items` is a numbered list between the paragraphs and what comes `after`.
    """

    title: str
    number: str
    to: str
    paragraphs: tuple[str, ...]
    signed: str
    on: date
    items: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of persons that is published: the words above it, and its rows."""

    title: str
    number: str
    paragraphs: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    signed: str
    on: date


_GOVERNMENTS = {
    Province.INNER_MONGOLIA: "内蒙古自治区人民政府",
    Province.SICHUAN: "四川省人民政府",
    Province.CHONGQING: "重庆市人民政府",
    Province.GUIZHOU: "贵州省人民政府",
    Province.SHANDONG: "山东省人民政府",
    Province.BEIJING: "北京市人民政府",
}


def appeal_to(province: Province, kind: OfficeKind, office: str) -> str:
    """Name the government that reviews an office's decisions.

    Source: 行政复议法 第二十四条.

    >>> appeal_to(Province.SHANDONG, OfficeKind.MUNICIPAL, "济南市住房和城乡建设局")
    '济南市人民政府'
    """
    for end in "市州":
        place, found, _rest = office.partition(end)
        if kind is OfficeKind.MUNICIPAL and found:
            return f"{place}{end}人民政府"
    return _GOVERNMENTS.get(province, "有管辖权的行政复议机关")


def day(value: date | None) -> str:
    """Write a day as papers do.

    >>> day(date(2026, 3, 2))
    '2026年3月2日'
    """
    return "—" if value is None else f"{value.year}年{value.month}月{value.day}日"


def letter(
    kind: LetterKind, matter: Matter, reason: str = "", items: tuple[str, ...] = ()
) -> Letter:
    """Write a paper; `reason` is in the desk's words, `items` are what is missing."""
    paragraphs, after = _WORDS[kind](matter, reason)
    return Letter(
        title=TITLES[kind].format(matter.kind),
        number=f"建造师注册{_MARKS[kind]}字〔{matter.on.year}〕{matter.number}号",
        to=matter.name,
        paragraphs=paragraphs,
        items=items,
        after=after,
        signed=matter.office,
        on=matter.on,
        facts=facts(matter),
    )


def facts(matter: Matter) -> tuple[tuple[str, str], ...]:
    """List what a paper names above its words."""
    return (
        ("申请人", matter.name),
        ("聘用企业", matter.employer or "—"),
        ("申请事项", matter.words),
        ("申请编号", matter.number),
        ("提交日期", day(matter.filed_on)),
    )


def _came(matter: Matter) -> str:
    return f"你于{day(matter.filed_on)}提交的{matter.words}申请（编号{matter.number}）"


def appeal(matter: Matter, what: str) -> str:
    """Say where one may go against a decision, and until when."""
    return (
        f"如不服本{what}，可以自收到本{what}之日起六十日内，依法向"
        f"{matter.appeal_to}申请行政复议；也可以自收到本{what}之日起六个月内，"
        "依法直接向有管辖权的人民法院提起行政诉讼。"
    )


def _last_day(on: date | None, not_before: date | None) -> str:
    """Name a last day; past the published calendar, say what it hangs on."""
    if on is not None or not_before is None:
        return day(on)
    return (
        f"{day(not_before)}（{not_before.year}年放假安排公布后"
        "按工作日确定，不早于此日）"
    )


Words = tuple[tuple[str, ...], tuple[str, ...]]


def _acceptance(matter: Matter, _reason: str) -> Words:
    promise = (
        f"本机关承诺于{matter.until}前作出决定（只计工作日）。"
        "补正、依法需要的公示等时间不计算在内。"
        if matter.due_on or matter.due_not_before
        else "本机关将在法定期限内作出决定。"
    )
    return (
        (
            (
                f"{_came(matter)}，申请材料齐全、符合法定形式，属于本机关职权范围。"
                f"依据{_LAW}第三十二条第一款第（五）项的规定，决定予以受理。"
            ),
            promise,
        ),
        ("凭申请编号可随时查询办理进度。请妥善保存本凭证。",),
    )


def _non_acceptance(matter: Matter, reason: str) -> Words:
    return (
        (
            f"{_came(matter)}，经审查，决定不予受理。理由如下：",
            reason,
            f"依据：{_LAW}第三十二条。",
        ),
        (
            "上述情形消除后，你可以重新提出申请。",
            appeal(matter, "决定"),
        ),
    )


def _deficiency(matter: Matter, reason: str) -> Words:
    return (
        (
            (
                f"{_came(matter)}，申请材料不齐全或者不符合法定形式。依据{_LAW}"
                "第三十二条第一款第（四）项的规定，现一次性告知需要补正的全部内容："
            ),
        ),
        (
            *((reason,) if reason else ()),
            *_answering(matter),
            ("补正所需时间不计入办理期限；补正提交后，本机关继续计算剩余的办理期限。"),
        ),
    )


def _answering(matter: Matter) -> tuple[str, ...]:
    """Say until when to answer, how, and what follows where nobody does."""
    if matter.answer is None:
        return ("请在系统内按上列各项补正后重新提交。",)
    last = _last_day(matter.answer.on, matter.answer.not_before)
    return (
        (
            f"补正的最后一日为{last}（含当日）。请在此日以前，"
            "在系统内按上列各项补正后重新提交；确实无法补正的，在提交时书面说明理由。"
        ),
        (
            "期满没有提交的，本机关按现有材料继续审查，依法作出决定。"
            if matter.accepted
            else "期满没有提交的，本机关可以作出不予受理的决定。"
        ),
    )


def _extension(matter: Matter, reason: str) -> Words:
    return (
        (
            f"{_came(matter)}，因下列原因不能在规定期限内作出决定：",
            reason,
            (
                f"依据{_LAW}第四十二条第一款的规定，经本机关负责人批准，办理期限延长十个工作日，"
                f"至{matter.until}止。"
            ),
        ),
        ("特此告知。",),
    )


def _grant(matter: Matter, reason: str) -> Words:
    told = (f"说明：{reason}",) if reason else ()
    return (
        (
            (
                f"{_came(matter)}，经审查，符合法定条件、标准。依据{_LAW}第三十八条第一款和"
                f"《注册建造师管理规定》的规定，决定准予{matter.kind}。"
            ),
            *told,
            *outcome_words(matter.outcome),
        ),
        (appeal(matter, "决定"),),
    )


def _refusal(matter: Matter, reason: str) -> Words:
    return (
        (
            (
                f"{_came(matter)}，经审查，不符合法定条件、标准。依据{_LAW}第三十八条第二款和"
                f"《注册建造师管理规定》的规定，决定不予{matter.kind}。理由如下："
            ),
            reason,
        ),
        (
            "你在重新具备注册条件后，可以再次提出申请。",
            appeal(matter, "决定"),
        ),
    )


_WORDS = {
    LetterKind.ACCEPTANCE: _acceptance,
    LetterKind.NON_ACCEPTANCE: _non_acceptance,
    LetterKind.DEFICIENCY: _deficiency,
    LetterKind.EXTENSION: _extension,
    LetterKind.GRANT: _grant,
    LetterKind.REFUSAL: _refusal,
}
