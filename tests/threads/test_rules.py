"""What may be done with a matter, and which words may stand in what is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel import blanks
from lms.policy.answering import RULES, Matter, answer_rule
from lms.threads.rules import (
    Ending,
    Standing,
    State,
    is_late,
    may_pass_on,
    objection,
    opening_problems,
    template_flaws,
)

TODAY = date(2026, 11, 23)
RULE = answer_rule(TODAY)
OPEN = Standing(State.OPEN, TODAY, None, None, helped=None, passed_on=False)
ANSWERED = replace(OPEN, state=State.ANSWERED, ended_on=TODAY, helped=False)
REFUSED = replace(OPEN, state=State.CLOSED, ending=Ending.REFUSED, ended_on=TODAY)


@pytest.mark.parametrize(
    ("stand", "may"),
    [
        pytest.param(OPEN, False, id="its last day is not over"),
        pytest.param(
            replace(OPEN, due_on=TODAY - timedelta(days=1)), True, id="it is late"
        ),
        pytest.param(
            replace(OPEN, due_on=TODAY - timedelta(days=1), passed_on=True),
            False,
            id="late a second time",
        ),
        pytest.param(REFUSED, True, id="refused"),
        pytest.param(
            replace(REFUSED, ending=Ending.NOT_OURS), True, id="called not theirs"
        ),
        pytest.param(replace(REFUSED, passed_on=True), False, id="refused twice"),
        pytest.param(
            replace(REFUSED, ended_on=TODAY - timedelta(days=RULE.pass_on_days)),
            True,
            id="the last day to pass it on",
        ),
        pytest.param(
            replace(REFUSED, ended_on=TODAY - timedelta(days=RULE.pass_on_days + 1)),
            False,
            id="a day too late",
        ),
        pytest.param(replace(REFUSED, ending=Ending.SOLVED), False, id="solved"),
        pytest.param(
            replace(REFUSED, ending=Ending.SOLVED, helped=False),
            True,
            id="called solved, and did not help",
        ),
        pytest.param(
            replace(REFUSED, ending=Ending.BY_ASKER), False, id="ended by its asker"
        ),
        pytest.param(
            replace(REFUSED, ending=Ending.SILENT), False, id="ended by silence"
        ),
        pytest.param(
            replace(REFUSED, ending=Ending.SILENT, helped=False),
            True,
            id="did not help, and ended by silence",
        ),
        pytest.param(ANSWERED, True, id="answered, left open, and did not help"),
        pytest.param(
            replace(ANSWERED, helped=None), False, id="answered, and not judged yet"
        ),
        pytest.param(
            replace(ANSWERED, ended_on=TODAY - timedelta(days=RULE.pass_on_days + 1)),
            False,
            id="answered and did not help, a day too late",
        ),
        pytest.param(
            replace(ANSWERED, passed_on=True), False, id="did not help a second time"
        ),
        pytest.param(
            replace(OPEN, helped=False),
            False,
            id="asked again, an answer is owed",
        ),
        pytest.param(
            replace(OPEN, state=State.ANSWERED, due_on=date(2026, 1, 1)),
            False,
            id="answered, however late",
        ),
    ],
)
def test_what_was_refused_or_is_late_goes_to_a_second_person_once(
    stand: Standing, may: bool
) -> None:
    assert may_pass_on(stand, TODAY, RULE) is may


def test_the_promised_day_itself_is_not_late() -> None:
    assert not is_late(OPEN, TODAY)
    assert is_late(OPEN, TODAY + timedelta(days=1))


def test_neither_the_asker_nor_who_answered_before_handles_it() -> None:
    asker, first, second = uuid4(), uuid4(), uuid4()

    assert objection(asker, {first}, asker) == "thread.own"
    assert objection(asker, {first}, None) == "thread.own"
    assert objection(asker, {first}, first) == "thread.before"
    assert objection(asker, {first}, second) is None


def test_everything_wrong_is_said_at_once() -> None:
    found = opening_problems(Matter.PASSED_ON, " ", "啊", 4)

    assert set(found) == {
        "thread.matter", "thread.subject", "thread.body", "thread.many_papers",
    }  # fmt: skip
    assert not opening_problems(Matter.STUDY, "学时", "没有记上", 3)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("{称呼}您好，{编号}已办。", []),
        ("{称呼.__class__}", ["blank.unknown"]),
        ("{{ 7*7 }}", ["blank.unknown", "blank.brace"]),
        ("半个 {编号", ["blank.brace"]),
        ("{}", ["blank.unknown"]),
        ("%(x)s ${编号} <b>", []),
        (" ", ["thread.body"]),
    ],
)
def test_a_template_has_blanks_of_the_list_alone(body: str, codes: list[str]) -> None:
    assert [one.code for one in template_flaws("好", body)] == codes


@given(st.text(max_size=40))
def test_what_is_put_in_is_never_read_as_a_blank_again(value: str) -> None:
    text = blanks.filled("{甲}-{乙}", {"甲": value, "乙": "{甲}"})

    assert text == f"{value}-{{甲}}"


def test_each_rule_promises_every_matter_within_what_may_be_promised() -> None:
    for rule in RULES:
        assert set(rule.workdays) == set(Matter)
        assert all(1 <= days <= rule.most for days in rule.workdays.values())
