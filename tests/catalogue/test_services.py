"""Draft, publish, and never change what was bought."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lms.catalogue import queries, services
from lms.catalogue.rules import LessonKind, VersionState
from lms.catalogue.services import LessonFactsIn, QuestionIn
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import AccountId, new_id
from lms.kernel.work import Actor, Work
from lms.policy.model import Specialty, Track
from tests.make import catalogue as make


def test_a_published_course_is_in_the_shop_window(work: Work) -> None:
    here = make.association(work)
    course_id, version_id = make.course(work, here)

    page = queries.search(work.session, queries.Filters())

    assert [line.course_id for line in page.lines] == [course_id]
    assert queries.current_version(work.session, course_id).id == version_id
    assert page.lines[0].credit == 200


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"words": "隧道"}, 0),
        ({"words": "混凝土"}, 1),
        ({"words": "主控项目"}, 1),
        ({"words": "张建国"}, 1),
        ({"words": "100%"}, 0),
        ({"track": Track.ELECTIVE}, 0),
        ({"specialty": Specialty.BUILDING}, 1),
        ({"specialty": Specialty.WATER}, 0),
        ({"price": "free"}, 0),
        ({"price": "high"}, 1),
        ({"year": 2025}, 0),
    ],
    ids=str,
)
def test_filters_and_words_find_titles_teachers_and_texts(
    work: Work, filters: dict[str, Any], found: int
) -> None:
    make.course(work, make.association(work))

    assert queries.search(work.session, queries.Filters(**filters)).total == found


def test_a_common_course_is_in_every_specialtys_window(work: Work) -> None:
    make.course(work, make.association(work), specialty=None)

    window = queries.search(work.session, queries.Filters(specialty=Specialty.WATER))
    assert window.total == 1


def test_a_published_version_never_changes(work: Work) -> None:
    here = make.association(work)
    _course, version_id = make.course(work, here)
    lesson = queries.version(work.session, version_id).lessons[0]

    with pytest.raises(Conflict, match=r"course\.not_a_draft"):
        services.edit_draft(work, here, version_id, make.facts(title="改"))
    with pytest.raises(Conflict, match=r"course\.not_a_draft"):
        services.remove_lesson(work, here, lesson.id)


def test_a_new_version_is_a_copy_and_the_old_one_stays(work: Work) -> None:
    here = make.association(work)
    course_id, old = make.course(work, here)

    draft = services.new_version(work, here, old)
    services.edit_draft(work, here, draft, make.facts(title="新标题"))
    services.publish(work, here, draft)

    assert queries.current_version(work.session, course_id).title == "新标题"
    kept = queries.version(work.session, old)
    assert (kept.title, kept.state) == ("建筑工程质量控制要点", VersionState.WITHDRAWN)
    titles = [
        [line.title for line in queries.lesson_lines(work.session, one)]
        for one in (old, draft)
    ]
    assert titles[0] == titles[1]


def test_two_drafts_of_one_course_are_refused(work: Work) -> None:
    here = make.association(work)
    _course, version_id = make.course(work, here)
    services.new_version(work, here, version_id)

    with pytest.raises(Conflict, match=r"course\.draft_open"):
        services.new_version(work, here, version_id)


def test_a_foreign_association_finds_nothing(work: Work) -> None:
    here, there = make.association(work), make.association(work)
    _course, version_id = make.course(work, here, publish=False)

    with pytest.raises(NotFound):
        services.submit(work, there, version_id)
    with pytest.raises(NotFound):
        services.edit_draft(work, there, version_id, make.facts())


def test_the_author_does_not_publish_where_two_persons_are_wanted(work: Work) -> None:
    here = make.association(work, two_person=True)
    author = replace(work, actor=Actor(AccountId(new_id())))
    _course, version_id = make.course(author, here, publish=False)
    services.submit(author, here, version_id)

    with pytest.raises(Forbidden, match=r"course\.second_person"):
        services.publish(author, here, version_id)
    services.publish(replace(work, actor=Actor(AccountId(new_id()))), here, version_id)


def test_where_two_are_wanted_the_author_asks_first(work: Work) -> None:
    here = make.association(work, two_person=True)
    _course, version_id = make.course(work, here, publish=False)
    manager = replace(work, actor=Actor(AccountId(new_id())))

    with pytest.raises(Conflict, match=r"course\.not_submitted"):
        services.publish(manager, here, version_id)
    services.submit(work, here, version_id)
    services.publish(manager, here, version_id)
    services.withdraw(manager, here, version_id)
    services.publish(manager, here, version_id)


def test_one_version_of_a_course_is_on_sale(work: Work) -> None:
    here = make.association(work)
    course_id, old = make.course(work, here)
    services.publish(work, here, services.new_version(work, here, old))

    services.publish(work, here, old)
    states = [line.state for line in queries.versions(work.session, course_id)]
    assert states == [VersionState.WITHDRAWN, VersionState.PUBLISHED]
    assert queries.search(work.session, queries.Filters()).total == 1


def test_chapters_change_places_and_names(work: Work) -> None:
    here = make.association(work)
    version_id = services.draft_course(work, here, make.facts())
    first, second = (
        services.add_chapter(work, here, version_id, title) for title in ("一", "二")
    )
    services.move_chapter(work, here, second, up=True)
    services.move_chapter(work, here, second, up=True)
    services.rename_chapter(work, here, first, " 第二章 \x00")

    shown = queries.outline(work.session, version_id)
    assert [(one.id, one.title) for one in shown] == [(second, "二"), (first, "第二章")]


def test_text_keeps_no_nul(work: Work) -> None:
    here = make.association(work)
    version_id = services.draft_course(work, here, make.facts(summary_html="甲\x00乙"))
    chapter = services.add_chapter(work, here, version_id, "一")
    lesson_id = services.add_lesson(
        work,
        here,
        chapter,
        LessonFactsIn(
            title="文",
            kind=LessonKind.DOCUMENT,
            credit=0,
            body_html="<p>丙\x00丁</p>",
            captions_vtt="WEBVTT\n\n00:01.000 --> 00:02.000\n戊\x00己",
        ),
    )
    asked = QuestionIn("问\x00？", ("对", "错"), (0,), "因\x00为")
    services.set_questions(work, here, lesson_id, [asked])

    card = queries.lesson(work.session, lesson_id)
    assert card.body_html == "<p>丙丁</p>"
    assert card.captions_vtt.endswith("戊己\n")
    assert (card.questions[0].stem, card.questions[0].explanation) == ("问？", "因为")
    assert queries.version(work.session, version_id).summary_html == "甲乙"


def test_publishing_tells_all_that_is_missing(work: Work) -> None:
    here = make.association(work)
    version_id = services.draft_course(work, here, make.facts())
    chapter = services.add_chapter(work, here, version_id, "一")
    film = LessonFactsIn(title="无片", kind=LessonKind.FILM, credit=100)
    services.add_lesson(work, here, chapter, film)

    with pytest.raises(Refused) as refused:
        services.publish(work, here, version_id)
    assert set(refused.value.reasons) == {"lesson.no_film", "lesson.too_short"}


def test_another_associations_film_cannot_be_used(work: Work) -> None:
    here, there = make.association(work), make.association(work)
    version_id = services.draft_course(work, here, make.facts())
    chapter = services.add_chapter(work, here, version_id, "一")
    stolen = LessonFactsIn(
        title="片", kind=LessonKind.FILM, credit=100, media_key=make.film(work, there)
    )

    with pytest.raises(NotFound, match=r"media\.unknown"):
        services.add_lesson(work, here, chapter, stolen)


def test_typed_html_is_cleaned_on_the_way_in(work: Work) -> None:
    here = make.association(work)
    hostile = "<p onclick=x()>好</p><script>alert(1)</script><img src=x onerror=y>"
    version_id = services.draft_course(work, here, make.facts(summary_html=hostile))

    assert queries.version(work.session, version_id).summary_html == "<p>好</p>"


def test_questions_keep_their_keys_from_the_outline(work: Work) -> None:
    here = make.association(work)
    _course, version_id = make.course(work, here, publish=False)
    lesson = queries.version(work.session, version_id).lessons[0]
    asked = QuestionIn("几级验收？", ("三级", "四级"), (1,), "见标准")
    services.set_questions(work, here, lesson.id, [asked])

    (card,) = queries.lesson(work.session, lesson.id).questions
    assert card.key == {"1"}
    with pytest.raises(Refused, match=r"question\.unsound"):
        services.set_questions(work, here, lesson.id, [replace(asked, key=(2,))])


def test_lessons_change_places_and_credit_is_their_sum(work: Work) -> None:
    here = make.association(work)
    _course, version_id = make.course(work, here, publish=False)
    first, second = queries.version(work.session, version_id).lessons

    services.move_lesson(work, here, second.id, up=True)
    assert [x.id for x in queries.lesson_lines(work.session, version_id)] == [
        second.id,
        first.id,
    ]
    services.remove_lesson(work, here, first.id)
    assert queries.version(work.session, version_id).credit == 100


def test_every_publication_renews_the_window(begin: Callable[..., Any]) -> None:
    with begin() as work:
        here = make.association(work)
        before = queries.revision(work.session)
        make.course(work, here)
        assert queries.revision(work.session) == before + 1
