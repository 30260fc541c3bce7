"""The demonstration's old platform: three people, their hours, and a certificate."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from lms.catalogue.rules.faces import Face
from lms.catalogue.services import faces
from lms.jobs.demo.people import Made
from lms.kernel.grids import Cell
from lms.kernel.ids import AccountId, AssociationId, PersonId
from lms.kernel.work import Actor, Work
from lms.legacy import queries
from lms.legacy.rules.columns import Kind
from lms.legacy.services import files, taking
from lms.people import queries as people

PLATFORM = "草原建设教育网"
_HEADS: dict[Kind, Sequence[str]] = {
    Kind.PEOPLE: (
        "学员编号", "姓名", "身份证号", "手机号", "省份", "专业", "有效期起",
        "有效期止",
    ),
    Kind.HOURS: (
        "记录编号", "姓名", "身份证号", "专业", "课程类别", "学时", "课程名称",
        "完成日期",
    ),
    Kind.CERTIFICATES: (
        "证书编号", "姓名", "身份证号", "专业", "发证日期", "有效期至", "学时",
    ),
}  # fmt: skip


_TOPICS = (
    ("学习与考试", "培训部 0472-0000001，工作日 9:00 至 17:30"),
    ("发票与付款", "财务室 0472-0000004，工作日 9:00 至 17:00"),
    ("旧平台记录", "窗口办理，请带身份证：昆都仑区演示路 1 号"),
)
_ELSEWHERE = "培训部 %s，工作日 9:00 至 17:30"
_FACES = {
    "YSJX": Face(
        "ysjx", "演示协会", welcome="为本地二级建造师服务。", topics=_TOPICS, shown=True
    ),
    "BTJX": Face(
        "btjx", "包头建协", "#24564a",
        topics=(("学习与考试", _ELSEWHERE % "0472-0000002"),), shown=True,
    ),
    "GZJX": Face(
        "gzjx", "贵州建协", "#7a4a1c", welcome="贵州省二级建造师在这里学习。",
        topics=(("学习与考试", _ELSEWHERE % "0851-0000003"),), shown=True,
    ),
}  # fmt: skip


def show(work: Work, associations: dict[str, AssociationId]) -> None:
    """Give the associations a front page, each in its own colour."""
    for code, face in _FACES.items():
        faces.save_face(work, associations[code], face)


def lay(
    work: Work,
    associations: dict[str, AssociationId],
    staff: dict[str, Made],
    cast: dict[str, Made],
) -> None:
    """Take two files over, leave one that waits for a yes, and open front pages."""
    show(work, associations)
    here = associations["YSJX"]
    owner = cast["孙备"].person_id
    name = people.name(work.session, owner)
    number = people.open_id_number(work.session, owner)
    clerk, manager = _hand(work, staff["clerk"], "clerk"), staff["manager"]
    second = _hand(work, manager, "manager")
    who = (name, number)
    _taken(clerk, second, here, Kind.PEOPLE, [
        ("G1001", *who, "13900003333", "内蒙古", "建筑工程", "2024-03-01",
         "2027-02-28"),
        ("G1002", "赵铁柱", "150203196801010058", "", "内蒙古", "市政公用工程", "", ""),
    ])  # fmt: skip
    _taken(clerk, second, here, Kind.CERTIFICATES, [
        ("草建教证字（2023）第0081号", "赵铁柱", "150203196801010058", "市政公用工程",
         "2023-06-30", "2026-06-29", "120"),
    ])  # fmt: skip
    waits = _put(clerk, here, Kind.HOURS, [
        ("H1", *who, "建筑工程", "选修", "8", "绿色施工", "2025-05-20"),
    ])  # fmt: skip
    files.ask(clerk, here, waits, "旧平台公司 11 月 20 日移交，盖章清单存档案室")


def _hand(work: Work, one: Made, role: str) -> Work:
    actor = Actor(AccountId(one.account_id), PersonId(one.person_id), frozenset({role}))
    return replace(work, actor=actor)


def _put(
    work: Work, here: AssociationId, kind: Kind, rows: Sequence[Sequence[str]]
) -> UUID:
    grid = [[Cell(text) for text in row] for row in (_HEADS[kind], *rows)]
    digest = hashlib.sha256(repr(rows).encode()).digest()
    came = files.Upload(kind, PLATFORM, f"旧平台-{kind}.xlsx", digest, grid)
    made = files.upload(work, here, came)
    card = queries.one_import(work.session, here, made)
    files.remap(work, here, made, files.Reading(PLATFORM, card.head, card.columns))
    return made


def _taken(
    work: Work,
    second: Work,
    here: AssociationId,
    kind: Kind,
    rows: Sequence[Sequence[str]],
) -> None:
    made = _put(work, here, kind, rows)
    files.ask(work, here, made, "旧平台公司移交")
    files.decide(second, here, made, approved=True, comment="已核对清单")
    while taking.take_some(work, made):
        pass
