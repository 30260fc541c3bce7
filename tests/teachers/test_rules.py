"""What a course asks of those who teach it."""

from __future__ import annotations

from datetime import date

import pytest

from lms.policy.model import Specialty
from lms.teachers.rules import (
    Asked,
    PaperKind,
    Standing,
    State,
    facts_problems,
    objections,
    paper_problems,
)
from tests.make import teachers as make

DAY = date(2026, 11, 21)
HOLDS = ((date(2024, 1, 1), date(2027, 1, 1)),)
ENDED = ((date(2020, 1, 1), date(2026, 11, 20)),)
CHECKED = Asked(checked=True)
FITTING = Asked(checked=True, fitting=True)


def standing(
    state: State = State.REGISTERED,
    papers: tuple[tuple[date, date | None], ...] = HOLDS,
) -> Standing:
    return Standing("高建民", state, (Specialty.BUILDING,), papers)


@pytest.mark.parametrize(
    ("asked", "teachers", "specialty", "codes"),
    [
        pytest.param(Asked(), (), Specialty.BUILDING, [], id="nothing is asked"),
        pytest.param(
            CHECKED, (), Specialty.BUILDING, ["course.no_teacher"], id="nobody teaches"
        ),
        pytest.param(
            CHECKED, (standing(),), Specialty.WATER, [], id="in good standing"
        ),
        pytest.param(
            CHECKED,
            (standing(State.WAITING),),
            Specialty.BUILDING,
            ["course.teacher_unchecked"],
            id="nobody checked yet",
        ),
        pytest.param(
            CHECKED,
            (standing(papers=ENDED),),
            Specialty.BUILDING,
            ["course.teacher_unqualified"],
            id="the paper ended yesterday",
        ),
        pytest.param(
            CHECKED,
            (standing(papers=((date(2020, 1, 1), DAY),)),),
            Specialty.BUILDING,
            [],
            id="the paper's last day counts",
        ),
        pytest.param(
            CHECKED,
            (standing(papers=(*ENDED, (date(2020, 1, 1), None))),),
            Specialty.BUILDING,
            [],
            id="one paper without an end is enough",
        ),
        pytest.param(
            FITTING,
            (standing(),),
            Specialty.WATER,
            ["course.teacher_field"],
            id="another specialty",
        ),
        pytest.param(FITTING, (standing(),), None, [], id="公共 fits everybody"),
        pytest.param(
            FITTING,
            (standing(State.RETIRED, ENDED),),
            Specialty.WATER,
            ["course.teacher_retired"],
            id="who has left is named once",
        ),
        pytest.param(
            FITTING,
            (standing(State.DRAFT, ENDED),),
            Specialty.WATER,
            [
                "course.teacher_unchecked",
                "course.teacher_unqualified",
                "course.teacher_field",
            ],
            id="everything that lacks is named",
        ),
    ],
)
def test_publishing_names_what_lacks(
    asked: Asked,
    teachers: tuple[Standing, ...],
    specialty: Specialty | None,
    codes: list[str],
) -> None:
    found = objections(asked, teachers, specialty, DAY)

    assert [code for code, _name in found] == codes
    assert all(name == "高建民" for _code, name in found if teachers)


@pytest.mark.parametrize(
    ("over", "codes"),
    [
        ({}, ()),
        ({"id_number": "", "phone": ""}, ()),
        ({"id_number": "110105194912310021"}, ("id_number.checksum",)),
        ({"name": " ", "employer": ""}, ("teacher.name", "teacher.employer")),
        ({"phone": "12"}, ("teacher.phone",)),
        ({"since_year": 2027}, ("teacher.since",)),
    ],
)
def test_what_is_typed_of_a_teacher_is_judged(
    over: dict[str, object], codes: tuple[str, ...]
) -> None:
    assert facts_problems(make.facts(**over), DAY) == codes


@pytest.mark.parametrize(
    ("over", "codes"),
    [
        ({}, ()),
        ({"valid_until": None}, ()),
        ({"granted_on": date(2026, 11, 22)}, ("teacher.paper_granted",)),
        ({"valid_until": date(2020, 1, 1)}, ("teacher.paper_until",)),
        ({"kind": PaperKind.OTHER}, ("teacher.paper_called",)),
        ({"number": " "}, ("teacher.paper_number",)),
    ],
)
def test_what_is_typed_of_a_paper_is_judged(
    over: dict[str, object], codes: tuple[str, ...]
) -> None:
    assert paper_problems(make.paper(**over), DAY) == codes
