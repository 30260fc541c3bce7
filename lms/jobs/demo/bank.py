"""The demonstration's bank: own questions, a plan that waits, and trial papers."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import UUID

from lms.exams import queries, services
from lms.exams.queries import Sitting
from lms.exams.rules import (
    Blueprint,
    Difficulty,
    NewQuestion,
    Part,
    QuestionKind,
    Row,
)
from lms.exams.rules.questions import TRUE_FALSE
from lms.exams.services import Twins
from lms.jobs.demo import people
from lms.jobs.demo.people import Made, Sketch
from lms.jobs.demo.study import by_day
from lms.kernel.clock import legal_day
from lms.kernel.ids import AssociationId
from lms.kernel.work import Actor, Work
from lms.policy.model import Quota, Specialty

SITTERS = 36
"""Who tried the test before it was opened; no hours are asked of a trial."""

_AGO = timedelta(days=60)
_SINGLE, _MULTIPLE, _JUDGE, _CASE = QuestionKind
_PIT = (
    "某商住楼基坑开挖深度6.5米，邻近既有道路。施工单位编制了深基坑专项施工方案，由项目"
    "技术负责人签字后即组织施工。开挖至4米时，监测发现坑顶水平位移达到报警值，施工单位"
    "继续开挖。"
)
_TOWER = (
    "某项目塔式起重机安装前，施工单位编制了安装方案。安装单位具备相应资质，安装当日风力"
    "为六级，项目经理要求按计划完成安装。"
)


def lay(
    work: Work, here: AssociationId, staff: Mapping[str, Made], today: date
) -> None:
    """Add the association's own questions and a plan with cases that waits."""
    author = replace(
        work, actor=_as(staff["author"], "author", here), now=work.now - _AGO
    )
    services.add_questions(author, [_pit(here), _tower(here)])
    first = services.add_question(author, _single(here, "2级", 1))
    fixed = replace(_single(here, "二级", 1), explanation="8度设防时抗震等级提高一级。")
    services.edit(author, here, first, fixed)
    _twin(author, here)
    clerk = replace(work, actor=_as(staff["clerk"], "clerk", here))
    services.propose_plan(
        clerk,
        here,
        Specialty.BUILDING,
        Blueprint(
            (
                Row(_SINGLE, 16, 200, common_percent=20),
                Row(_MULTIPLE, 16, 200, common_percent=20),
                Row(_JUDGE, 8, 200, common_percent=20),
                Row(_CASE, 2, 1000),
            ),
            minutes=75,
        ),
        since=today,
        reason="增加两道案例题，更贴近现场。",
    )


def _as(made: Made, role: str, here: AssociationId) -> Actor:
    return replace(made.actor, roles=frozenset({role}), association_id=here)


def _single(here: AssociationId, grade: str, key: int) -> NewQuestion:
    return NewQuestion(
        here,
        Specialty.BUILDING,
        _SINGLE,
        "主体结构",
        "抗震设防烈度8度、高度40米的框架结构，其框架抗震等级为（　）。",
        ("三级", "一级", grade, "四级"),
        (key,),
        basis="《建筑抗震设计规范》",
        difficulty=Difficulty.HARD,
    )


def _twin(work: Work, here: AssociationId) -> None:
    """Add a question that says nearly what the shared bank says."""
    page = queries.bank(
        work.session,
        here,
        queries.BankFilters(specialty=Specialty.BUILDING, kind=_SINGLE),
    )
    like = next(one for one in page.cards if not one.own)
    made = replace(
        like.question, association_id=here, stem=f"{like.question.stem}（按现行规定）"
    )
    found = queries.alike_one(work.session, here, made)
    added = services.add_question(work, made)
    services.note_twins(work, [Twins(added, one, percent) for one, percent in found])


def _pit(here: AssociationId) -> NewQuestion:
    return NewQuestion(
        here,
        Specialty.BUILDING,
        _CASE,
        "地基与基础",
        _PIT,
        basis="建办质〔2018〕31号",
        parts=(
            Part(
                _JUDGE,
                "该专项施工方案须经专家论证后方可实施。",
                TRUE_FALSE,
                (0,),
                "开挖深度5米（含）以上的基坑属于超过一定规模的危大工程。",
            ),
            Part(
                _MULTIPLE,
                "专项施工方案应由哪些人员签字？",
                ("施工单位技术负责人", "总监理工程师", "安全员", "门卫"),
                (0, 1),
            ),
            Part(
                _SINGLE,
                "监测值达到报警值时，应首先（　）。",
                ("加快开挖", "停止开挖并采取措施", "减少监测次数", "不予理会"),
                (1,),
            ),
        ),
    )


def _tower(here: AssociationId) -> NewQuestion:
    return NewQuestion(
        here,
        Specialty.BUILDING,
        _CASE,
        "施工安全技术",
        _TOWER,
        difficulty=Difficulty.HARD,
        parts=(
            Part(_JUDGE, "六级风时可以安装塔式起重机。", TRUE_FALSE, (1,)),
            Part(
                _SINGLE,
                "起重量300kN及以上的起重设备安装工程属于（　）。",
                ("一般工程", "危大工程", "超过一定规模的危大工程", "不属于危大工程"),
                (2,),
            ),
        ),
    )


def sit(work: Work, here: AssociationId) -> None:
    """Let people of all strengths try the test, long before the first learner."""
    today = legal_day(work.now)
    period = (today - timedelta(days=365), today + timedelta(days=365))
    place = Sitting(here, Specialty.BUILDING, *period, Quota(0, 0))
    for n in range(SITTERS):
        sketch = Sketch(
            f"trial{n:02d}@demo.example",
            f"试考{n + 1:02d}",
            date(1985, 1, 1),
            500 + n,
            whole=False,
        )
        made = people.learner(work, sketch, today=today)
        dice = Random(n)  # noqa: S311 - a play
        strength = dice.gauss(0.7, 1.1)
        at = by_day(work.now - _AGO + timedelta(hours=7 * n))
        own = replace(work, actor=made.actor)
        for again in range(2):
            begun = replace(own, now=at + timedelta(days=again))
            attempt = services.start(begun, made.person_id, place)
            answers = _answers(begun, made, attempt, (strength, dice))
            ended = replace(begun, now=begun.now + timedelta(minutes=40))
            services.submit(ended, made.person_id, attempt, answers)
            if queries.attempt(work.session, made.person_id, attempt).passed:
                break


def _answers(
    work: Work, made: Made, attempt_id: UUID, who: tuple[float, Random]
) -> dict[int, list[int]]:
    """Answer as somebody of a strength would: harder questions less often."""
    strength, dice = who
    card = queries.attempt(work.session, made.person_id, attempt_id)
    keys = queries.right_answers(work.session, card.id)
    answers: dict[int, list[int]] = {}
    for one, key in zip(card.questions, keys, strict=True):
        mark = hashlib.sha256(one.stem.encode()).digest()
        hard = (mark[0] - 128) / 64
        # Of one question in fifty the key misleads: those who know choose another.
        sign = -1 if mark[1] < 5 else 1  # noqa: PLR2004 - 5 of 256
        known = dice.random() < 1 / (1 + math.exp(-1.3 * sign * (strength - hard)))
        if dice.random() > 0.02:  # noqa: PLR2004 - now and then one is left open
            answers[one.place] = list(key) if known else _wrong(one, key, mark)
    return answers


def _wrong(one: queries.ShownQuestion, key: tuple[int, ...], mark: bytes) -> list[int]:
    """Choose what misleads: nearly always the same wrong option."""
    others = sorted(
        (place for place in range(len(one.options)) if place not in key),
        key=lambda place: hashlib.sha256(mark + one.options[place].encode()).digest(),
    )
    if one.kind is _MULTIPLE:
        return sorted([*key[:-1], *others[:1]]) if others else list(key[:-1])
    return others[:1]
