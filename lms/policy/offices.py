"""Which offices the documents name, what each takes, from when until when. Pure.

An operator copies these rows into the desk's table once and keeps them right there; all
that stands here is what the documents print, each with its source.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lms.policy.model import Province


class OfficeKind(StrEnum):
    """What an office is."""

    DEPARTMENT = "department"
    CENTRE = "centre"
    MUNICIPAL = "municipal"
    DISTRICT = "district"
    COUNTER = "counter"


class Task(StrEnum):
    """What an office may be competent for.

    `intake` accepts applications, `review` examines them, `decide` grants and refuses,
    `on_site` looks at people and originals, `forced` cancels or lists as abnormal when
    one side does not take part.
    """

    INTAKE = "intake"
    REVIEW = "review"
    DECIDE = "decide"
    ON_SITE = "on_site"
    FORCED = "forced"


class Topic(StrEnum):
    """What one may ask an office by telephone."""

    POLICY = "policy"
    TECHNICAL = "technical"
    COUNTER = "counter"


class NoticeKind(StrEnum):
    """Which list an office publishes: 公示 before it decides, 公告 after."""

    PUBLICITY = "publicity"
    ANNOUNCEMENT = "announcement"
    ABNORMAL = "abnormal"


@dataclass(frozen=True, slots=True)
class Term:
    """A task of an office, from a first to a last legal day; None is no end yet."""

    task: Task
    since: date
    until: date | None = None
    source: str = ""

    def covers(self, day: date) -> bool:
        """Tell whether the office has the task on this day."""
        return self.since <= day and (self.until is None or day <= self.until)


def competent(terms: Iterable[Term], task: Task, day: date) -> bool:
    """Tell whether one of these terms gives the task on a legal day."""
    return any(term.task is task and term.covers(day) for term in terms)


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """An office as a document names it.

    `code` is short and never changes; `region` is the administrative code of the place
    that it serves: two digits a province, four a city, six a county.
    """

    code: str
    province: Province
    name: str
    kind: OfficeKind
    region: str
    terms: tuple[Term, ...]
    telephones: Mapping[Topic, str] = field(default_factory=dict)
    address: str = ""
    hours: str = ""


_SICHUAN = "四川《二级建造师注册相关》办事说明"
_CHONGQING = "《重庆市二级建造师注册电子化申报和审批流程》"
_GUIZHOU = "黔建建通〔2023〕55号"
_SHANDONG = "《二级建造师证书办理须知》（济南）"
_MONGOLIA = "内建行函〔2022〕508号"
_REGULATION = date(2007, 3, 1)
"""An older competence whose first day no document names: 建设部令第153号."""


def _all(since: date, source: str, *tasks: Task) -> tuple[Term, ...]:
    return tuple(Term(task, since, source=source) for task in tasks)


def _guizhou_city(code: str, region: str, name: str) -> OfficeFacts:
    """Give one of Guizhou's cities: it decides no more, and looks at originals."""
    return OfficeFacts(
        f"GZ-{code}",
        Province.GUIZHOU,
        name,
        OfficeKind.MUNICIPAL,
        region,
        (
            Term(Task.INTAKE, _REGULATION, date(2023, 7, 24), f"{_GUIZHOU} 三"),
            Term(Task.REVIEW, _REGULATION, date(2023, 7, 31), f"{_GUIZHOU} 三"),
            Term(Task.DECIDE, _REGULATION, date(2023, 7, 31), f"{_GUIZHOU} 三"),
            Term(Task.ON_SITE, date(2023, 7, 7), source=f"{_GUIZHOU} 二(二)1"),
            Term(Task.FORCED, date(2023, 7, 7), source=f"{_GUIZHOU} 五(一)4"),
        ),
    )


DIRECTORY: tuple[OfficeFacts, ...] = (
    OfficeFacts(
        "NM-JST",
        Province.INNER_MONGOLIA,
        "内蒙古自治区住房和城乡建设厅",
        OfficeKind.DEPARTMENT,
        "15",
        _all(date(2022, 8, 5), _MONGOLIA, Task.INTAKE, Task.REVIEW, Task.DECIDE),
    ),
    OfficeFacts(
        "SC-ZX",
        Province.SICHUAN,
        "四川省建设岗位培训与执业资格注册中心",
        OfficeKind.CENTRE,
        "51",
        _all(date(2021, 12, 8), _SICHUAN, Task.INTAKE, Task.REVIEW),
    ),
    OfficeFacts(
        "SC-JST",
        Province.SICHUAN,
        "四川省住房和城乡建设厅",
        OfficeKind.DEPARTMENT,
        "51",
        _all(date(2021, 12, 8), _SICHUAN, Task.DECIDE),
    ),
    OfficeFacts(
        "CQ-JW",
        Province.CHONGQING,
        "重庆市住房和城乡建设委员会",
        OfficeKind.DEPARTMENT,
        "50",
        _all(date(2022, 1, 1), _CHONGQING, Task.INTAKE, Task.REVIEW, Task.DECIDE),
        {Topic.TECHNICAL: "023-63672107", Topic.POLICY: "023-63672007"},
    ),
    OfficeFacts(
        "CQ-ZW",
        Province.CHONGQING,
        "重庆市工程建设政务服务中心",
        OfficeKind.COUNTER,
        "50",
        _all(date(2022, 1, 1), f"{_CHONGQING} 附件三 一", Task.ON_SITE),
    ),
    OfficeFacts(
        "CQ-QX",
        Province.CHONGQING,
        "工商注册所在地的区县住房城乡建设主管部门",
        OfficeKind.DISTRICT,
        "50",
        _all(date(2022, 1, 1), f"{_CHONGQING} 附件三 二2", Task.ON_SITE),
    ),
    OfficeFacts(
        "GZ-JST",
        Province.GUIZHOU,
        "贵州省住房和城乡建设厅",
        OfficeKind.DEPARTMENT,
        "52",
        _all(date(2023, 8, 1), f"{_GUIZHOU} 一", Task.DECIDE),
    ),
    OfficeFacts(
        "GZ-ZX",
        Province.GUIZHOU,
        "贵州省住房和城乡建设厅政务服务中心（贵州省建设执业资格注册服务中心）",
        OfficeKind.CENTRE,
        "52",
        _all(date(2023, 8, 1), f"{_GUIZHOU} 一", Task.INTAKE, Task.REVIEW),
    ),
    _guizhou_city("GY", "5201", "贵阳市住房城乡建设局"),
    _guizhou_city("LPS", "5202", "六盘水市住房城乡建设局"),
    _guizhou_city("ZY", "5203", "遵义市住房城乡建设局"),
    _guizhou_city("AS", "5204", "安顺市住房城乡建设局"),
    _guizhou_city("BJ", "5205", "毕节市住房城乡建设局"),
    _guizhou_city("TR", "5206", "铜仁市住房城乡建设局"),
    _guizhou_city("QXN", "5223", "黔西南州住房城乡建设局"),
    _guizhou_city("QDN", "5226", "黔东南州住房城乡建设局"),
    _guizhou_city("QN", "5227", "黔南州住房城乡建设局"),
    _guizhou_city("GA", "52", "贵安新区城乡建设局"),
    OfficeFacts(
        "SD-JST",
        Province.SHANDONG,
        "山东省住房和城乡建设厅",
        OfficeKind.DEPARTMENT,
        "37",
        (),
        {Topic.POLICY: "0531-87087270"},
    ),
    OfficeFacts(
        "SD-ZX",
        Province.SHANDONG,
        "山东省建设执业资格注册中心",
        OfficeKind.CENTRE,
        "37",
        _all(date(2021, 2, 1), f"{_SHANDONG} 一1(3)", Task.REVIEW, Task.ON_SITE),
    ),
    OfficeFacts(
        "SD-JN",
        Province.SHANDONG,
        "济南市住房和城乡建设局",
        OfficeKind.MUNICIPAL,
        "3701",
        _all(
            date(2021, 2, 1),
            _SHANDONG,
            Task.INTAKE,
            Task.REVIEW,
            Task.DECIDE,
            Task.ON_SITE,
        ),
        {Topic.COUNTER: "0531-61378805"},
        "济南市政务服务大厅建设大厦分厅（经十路14306号建筑大厦二楼）",
    ),
)
"""What the documents name. Seeds of the desk's own table; a copy is corrected there."""
