"""Drawing, marking and counting attempts, without a database."""

from collections import Counter
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.exams.rules import (
    PLAIN,
    BankItem,
    PaperItem,
    Shape,
    attempts_left,
    draw,
    lay_out,
    mark,
    right,
    usual,
    valid_choice,
)

SINGLE, MULTIPLE, TRUE_FALSE = PLAIN
SEEDS = [bytes([n]) * 32 for n in range(5)]


USUAL = usual({})
OPTIONS = {SINGLE: 4, MULTIPLE: 5, TRUE_FALSE: 2}


def bank(common: int = 40, special: int = 80) -> list[BankItem]:
    kinds = [SINGLE, MULTIPLE, SINGLE, MULTIPLE, TRUE_FALSE]
    return [
        BankItem(uuid4(), kinds[n % 5], n < common) for n in range(common + special)
    ]


def paper(seed: bytes) -> tuple[PaperItem, ...]:
    items = bank()
    shapes = {i.id: [Shape(i.id, i.kind, OPTIONS[i.kind])] for i in items}
    return lay_out(draw(items, USUAL, seed), shapes, seed)


def test_a_paper_of_fifty_has_twenty_twenty_ten() -> None:
    drawn = draw(bank(), USUAL, SEEDS[0])

    assert Counter(i.kind for i in drawn) == {SINGLE: 20, MULTIPLE: 20, TRUE_FALSE: 10}
    assert len({i.id for i in drawn}) == 50


def test_a_fifth_of_the_paper_is_common() -> None:
    items = bank()
    common = {item.id for item in items if item.common}

    drawn = draw(items, USUAL, SEEDS[1])

    assert sum(i.id in common for i in drawn) == 10


def test_a_bank_without_common_questions_still_fills_the_paper() -> None:
    assert len(draw(bank(common=0, special=120), USUAL, SEEDS[2])) == 50


def test_a_bank_too_small_gives_a_paper_too_short() -> None:
    assert len(draw(bank(common=5, special=20), USUAL, SEEDS[2])) < 50


def test_true_false_keeps_its_order() -> None:
    shown = paper(SEEDS[3])

    assert {i.order for i in shown if i.kind is TRUE_FALSE} == {(0, 1)}
    assert any(i.order != (0, 1, 2, 3) for i in shown if i.kind is SINGLE)


@pytest.mark.parametrize(
    ("key", "order", "chosen", "verdict"),
    [
        pytest.param([0, 1, 2], (0, 1, 2, 3, 4), [0, 1, 2], True, id="ABC is ABC"),
        pytest.param([0, 1, 2], (0, 1, 2, 3, 4), [0, 1], False, id="AB is not ABC"),
        pytest.param([0, 1], (0, 1, 2, 3, 4), [0, 1, 2], False, id="one too many"),
        pytest.param([3], (3, 0, 1, 2), [0], True, id="the place is the shown one"),
        pytest.param([3], (3, 0, 1, 2), [3], False, id="the stored place is not"),
        pytest.param([0], (0, 1), [], False, id="nothing chosen is wrong"),
        pytest.param([0], (0, 1), [7], False, id="a place that is not there"),
    ],
)
def test_an_answer_is_right_when_it_is_exactly_the_key(
    key: list[int], order: tuple[int, ...], chosen: list[int], verdict: bool
) -> None:
    assert right(PaperItem(uuid4(), MULTIPLE, order), key, chosen) is verdict


@pytest.mark.parametrize(
    ("good", "score"), [(30, 60), (29, 58), (50, 100), (0, 0)], ids=str
)
def test_thirty_of_fifty_is_sixty(good: int, score: int) -> None:
    sheet = [PaperItem(uuid4(), SINGLE, (0, 1, 2, 3)) for _ in range(50)]
    keys = {item.question_id: [1] for item in sheet}

    assert mark(sheet, keys, {str(n): [1] for n in range(good)}) == score


def test_a_single_choice_takes_one_place() -> None:
    single = PaperItem(uuid4(), SINGLE, (0, 1, 2, 3))

    assert valid_choice(single, [2])
    assert valid_choice(single, [])
    assert not valid_choice(single, [1, 2])
    assert not valid_choice(single, [4])
    assert not valid_choice(PaperItem(uuid4(), MULTIPLE, (0, 1)), [1, 1])


@pytest.mark.parametrize(
    ("used", "unlocks", "left"),
    [
        pytest.param(0, 0, 3, id="one attempt and two retakes"),
        pytest.param(3, 0, 0, id="then the door is shut"),
        pytest.param(3, 1, 1, id="an unlock gives one more"),
        pytest.param(5, 1, 0, id="never below nothing"),
    ],
)
def test_attempts_left(used: int, unlocks: int, left: int) -> None:
    assert attempts_left(USUAL, used, unlocks) == left


@given(
    st.binary(min_size=32, max_size=32),
    st.dictionaries(st.integers(0, 49), st.lists(st.integers(0, 4))),
)
def test_no_answers_mark_outside_nought_to_a_hundred(
    seed: bytes, given_answers: dict[int, list[int]]
) -> None:
    shown = paper(seed)
    keys: dict[UUID, list[int]] = {item.question_id: [0] for item in shown}

    score = mark(shown, keys, {str(n): c for n, c in given_answers.items()})

    assert 0 <= score <= 100
