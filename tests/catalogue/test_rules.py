"""What publishing asks of a course, without a database."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalogue.rules import (
    LessonFacts,
    LessonKind,
    needed_seconds,
    objections,
    sound_question,
)
from lms.catalogue.rules.captions import read_captions
from lms.kernel.credit import Credit

FILM = LessonFacts("片", LessonKind.FILM, Credit(100), 2700, 2700, True, False, 0)
PAPER = LessonFacts("文", LessonKind.DOCUMENT, Credit(100), 2700, None, False, True, 0)


def codes(*lessons: LessonFacts, title: str = "课") -> set[str]:
    found = objections(lessons, seconds_per_hour=2700, title=title)
    return {code for code, _lesson in found}


@pytest.mark.parametrize(
    ("lesson", "code"),
    [
        pytest.param(FILM, None, id="45 minutes of film carry one 学时"),
        pytest.param(
            replace(FILM, duration_seconds=2699),
            "lesson.too_short",
            id="a second short",
        ),
        pytest.param(
            replace(FILM, has_media=False, duration_seconds=None),
            "lesson.no_film",
            id="a film lesson without a film",
        ),
        pytest.param(PAPER, None, id="a document with its dwell"),
        pytest.param(replace(PAPER, has_text=False), "lesson.no_text", id="no text"),
        pytest.param(
            replace(PAPER, required_seconds=100), "lesson.too_short", id="short dwell"
        ),
        pytest.param(replace(FILM, title=" "), "lesson.no_title", id="no title"),
        pytest.param(
            replace(PAPER, kind=LessonKind.QUIZ, credit=Credit(100)),
            "lesson.quiz_credit",
            id="questions alone carry no credit",
        ),
    ],
)
def test_each_lesson_must_carry_its_credit(
    lesson: LessonFacts, code: str | None
) -> None:
    found = codes(lesson)
    assert (code in found) if code else not found


def test_all_that_is_missing_is_told_at_once() -> None:
    broken = replace(FILM, title="", has_media=False, duration_seconds=None)
    assert codes(broken, title="") >= {
        "course.no_title",
        "lesson.no_title",
        "lesson.no_film",
        "lesson.too_short",
    }


def test_a_course_needs_lessons_and_credit() -> None:
    assert codes() == {"course.no_lessons"}
    assert "course.no_credit" in codes(replace(PAPER, credit=Credit(0)))


@given(st.integers(0, 10_000), st.integers(1, 5_000))
def test_needed_seconds_never_round_in_the_learners_disfavour_of_the_law(
    credit: int, pace: int
) -> None:
    seconds = needed_seconds(Credit(credit), pace)
    assert (seconds - 1) * 100 < credit * pace <= seconds * 100


CUE = "00:01.000 --> 00:04.000\n先验槽，后浇筑"


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        pytest.param(f"WEBVTT\n\n{CUE}", True, id="minutes alone"),
        pytest.param(
            "WEBVTT\n\n1:00:01.000 --> 1:00:02.000\n字", False, id="one-digit hours"
        ),
        pytest.param(
            "WEBVTT\n\n01:00:01.000 --> 01:00:02.000 line:90%\n字", True, id="settings"
        ),
        pytest.param(f"WEBVTTX\n\n{CUE}", False, id="another format's head"),
        pytest.param("WEBVTT\n\n先验槽", False, id="no cue"),
        pytest.param(CUE, False, id="no head"),
        pytest.param(
            "1\n00:00:01,000 --> 00:00:04,000\n字", True, id="SubRip with commas"
        ),
        pytest.param(
            f"WEBVTT\n\n{CUE}\n\n00:09.000 --> 00:09.000\n字", False, id="no time"
        ),
        pytest.param(
            f"WEBVTT\n\n{CUE}\n\n00:99.000 --> 01:00.000\n字", False, id="99 seconds"
        ),
    ],
)
def test_captions_are_what_browsers_read(text: str, sound: bool) -> None:
    assert (read_captions(text).wrong is None) is sound


@pytest.mark.parametrize(
    ("options", "key", "sound"),
    [
        pytest.param(("三级", "四级"), (1,), True, id="one of two"),
        pytest.param(("三级", "四级"), (0, 1), True, id="both"),
        pytest.param(("三级",), (0,), False, id="no choice"),
        pytest.param(("三级", "四级"), (), False, id="no answer"),
        pytest.param(("三级", "四级"), (2,), False, id="an answer beside the options"),
        pytest.param(("三级", " "), (0,), False, id="an empty option"),
    ],
)
def test_a_question_can_be_answered(
    options: tuple[str, ...], key: tuple[int, ...], sound: bool
) -> None:
    assert sound_question(options, key) is sound
