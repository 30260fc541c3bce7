"""The bank: versions that papers keep, cases and twins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from lms.exams import queries, services
from lms.exams.models import Attempt, Question, QuestionTwin
from lms.exams.queries import BankFilters
from lms.exams.rules import Row
from lms.exams.rules.likeness import ALIKE_PERCENT, pairs, percent, shingles
from lms.exams.services import Twins
from lms.exams.services import bank as inside
from lms.kernel.db import db
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty
from tests.conftest import HandClock, work_at
from tests.make import bank as make
from tests.make import catalogue
from tests.make.bank import CASE, SINGLE
from tests.races import race

Begin = Callable[..., Any]
ME = PersonId(new_id())
TABLE = cast("Table", Question.__table__)
LIVE = next(each for each in TABLE.indexes if each.name == "ux_questions_live")


@pytest.fixture
def here(work: Work) -> AssociationId:
    return catalogue.association(work)


def rows(work: Work, root: UUID) -> list[Question]:
    chosen = select(Question).where(Question.root_id == root)
    return list(work.session.scalars(chosen.order_by(Question.version)))


def test_an_edit_is_a_new_version_and_the_old_one_stays_as_it_was(
    work: Work, here: AssociationId
) -> None:
    first = services.add_question(work, make.question(here, 1))
    wanted = make.question(here, 1, key=(2,), stem="改过的题问什么")

    second = services.edit(work, here, first, wanted)

    old, new = rows(work, first)
    assert (old.id, old.stem, old.key) == (first, "第1题问的是什么", [0])
    assert (old.retired_at, old.replaced_by) == (work.now, second)
    assert (new.id, new.version, new.key, new.retired_at) == (second, 2, [2], None)


def test_a_corrected_key_alone_is_a_new_version(
    work: Work, here: AssociationId
) -> None:
    first = services.add_question(work, make.question(here, 1))

    second = services.edit(work, here, first, make.question(here, 1, key=(1,)))

    assert [row.key for row in rows(work, first)] == [[0], [1]]
    assert queries.versions(work.session, here, first)[0].id == second


def test_an_old_version_a_retired_one_and_an_unchanged_one_are_not_edited(
    work: Work, here: AssociationId
) -> None:
    first = services.add_question(work, make.question(here, 1))
    with pytest.raises(Refused, match=r"question\.unchanged"):
        services.edit(
            work, here, first, make.question(here, 1, stem=" 第1题问的是什么 ")
        )
    second = services.edit(work, here, first, make.question(here, 1, key=(1,)))

    with pytest.raises(Conflict, match=r"question\.newer"):
        services.edit(work, here, first, make.question(here, 1, key=(2,)))
    services.retire(work, here, second)
    with pytest.raises(Conflict, match=r"question\.retired"):
        services.edit(work, here, second, make.question(here, 1, key=(2,)))
    with pytest.raises(Conflict, match=r"question\.newer"):
        services.restore(work, here, first)


def test_another_associations_questions_and_the_shared_ones_are_not_found(
    work: Work, here: AssociationId
) -> None:
    there = catalogue.association(work)
    foreign = services.add_question(work, make.question(there, 1))
    shared = services.add_question(work, make.question(None, 2))

    for one in (foreign, shared):
        with pytest.raises(NotFound):
            services.edit(work, here, one, make.question(here, 3))
        with pytest.raises(NotFound):
            services.retire(work, here, one)
    with pytest.raises(NotFound):
        queries.question(work.session, here, foreign)
    assert queries.question(work.session, here, shared).own is False


def test_the_same_question_is_found_whatever_stops_spaces_and_order(
    work: Work, here: AssociationId
) -> None:
    services.add_question(work, make.question(here, 1))
    twin = make.question(
        here,
        1,
        stem=" 第１题，问的是什么？",
        options=("丁", "丙", "乙", "甲"),
        key=(3,),
    )

    with pytest.raises(Refused, match=r"question\.twin"):
        services.add_question(work, twin)
    # A figure is no stop: 1.5 is not 15, and other specialties have their own.
    services.add_question(work, make.question(here, "1.5"))
    services.add_question(work, make.question(here, "15"))
    services.add_question(work, replace(twin, specialty=Specialty.HIGHWAY))


def test_a_retired_question_comes_back_unless_its_like_is_in_use(
    work: Work, here: AssociationId
) -> None:
    first = services.add_question(work, make.question(here, 1))
    services.retire(work, here, first)
    with pytest.raises(NotFound):
        services.retire(work, here, first)
    services.restore(work, here, first)
    services.retire(work, here, first)

    services.add_question(work, make.question(here, 1))

    with pytest.raises(Conflict, match=r"question\.twin"):
        services.restore(work, here, first)


def test_a_case_is_stored_edited_retired_and_restored_with_its_questions(
    work: Work, here: AssociationId
) -> None:
    first = services.add_question(work, make.case(here, 1))

    second = services.edit(work, here, first, make.case(here, 1, parts=2))
    services.retire(work, here, second)
    services.restore(work, here, second)

    def live(case: UUID) -> list[bool]:
        chosen = select(Question.retired_at).where(Question.case_id == case)
        return [one is None for one in work.session.scalars(chosen)]

    assert (live(first), live(second)) == ([False] * 3, [True] * 2)
    card = queries.question(work.session, here, second)
    assert (card.question.kind, len(card.question.parts)) == (CASE, 2)
    assert card.question == make.case(here, 1, parts=2)


def test_the_list_shows_newest_versions_and_finds_words_and_filters(
    work: Work, here: AssociationId
) -> None:
    first = services.add_question(work, make.question(here, 1))
    services.edit(work, here, first, make.question(here, 1, key=(1,)))
    services.add_question(work, make.case(here, 2))
    gone = services.add_question(work, make.question(here, 3, chapter="二"))
    services.retire(work, here, gone)
    services.add_question(work, make.question(None, 4))

    def found(**asked: Any) -> list[str]:
        page = queries.bank(work.session, here, BankFilters(**asked))
        return sorted(card.question.stem[:4] for card in page.cards)

    assert found() == ["案例2：", "第1题问", "第4题问"]
    assert found(own=True) == ["案例2：", "第1题问"]
    assert found(kind=SINGLE) == ["第1题问", "第4题问"]
    assert found(state="retired") == ["第3题问"]
    assert found(state="all", chapter="二") == ["第3题问"]
    assert found(words="案例2的二问") == ["案例2："]
    assert found(words="１ 题，问") == ["第1题问"]
    assert found(words="100%_\\") == []
    assert found(common=True) == []


def test_papers_keep_the_version_that_they_showed(
    work: Work, here: AssociationId, clock: HandClock
) -> None:
    make.fill(work, [make.question(here, n) for n in range(5)])
    make.in_force(work, here, make.plan(Row(SINGLE, 5, 2000)), work.now.date())
    attempt = services.start(work, ME, make.sitting(here))
    place = UUID(work.session.get_one(Attempt, attempt).paper[0][0])
    card = queries.question(work.session, here, place)

    services.edit(work, here, place, replace(card.question, stem="换", key=(3,)))
    clock.pass_seconds(60)
    keys = queries.right_answers(work.session, attempt)
    services.submit(work_at(work, clock), ME, attempt, {0: list(keys[0])})

    shown = queries.attempt(work.session, ME, attempt)
    assert shown.questions[0].stem == card.question.stem
    assert shown.score == 20
    assert queries.used(work.session, here, [place]) == {place: 1}


def test_two_authors_at_once_write_one_next_version(
    app: Flask, begin: Begin, here: AssociationId
) -> None:
    db.session.remove()
    with begin() as own:
        place = catalogue.association(own)
        first = services.add_question(own, make.question(place, 1))
    turns = iter(range(12))

    def change(work: Work) -> UUID:
        wanted = make.question(place, 1, stem=f"第{next(turns)}位作者改的题")
        return services.edit(work, place, first, wanted)

    got = race(app, [change] * 12)

    assert sum(isinstance(one, UUID) for one in got) == 1
    assert sum(isinstance(one, Conflict) for one in got) == 11


def test_the_same_question_from_many_hands_is_stored_once(
    app: Flask, begin: Begin
) -> None:
    with begin() as own:
        place = catalogue.association(own)

    got = race(
        app,
        [lambda work: services.add_questions(work, [make.question(place, 1)])] * 12,
    )

    assert sorted(one for one in got if isinstance(one, int)) == [0] * 11 + [1]


def careless(place: AssociationId) -> Callable[[Work], UUID]:
    def add(work: Work) -> UUID:
        made = new_id()
        row = inside._row(work, make.question(place, 1), made, made)
        work.session.execute(insert(Question), [row])
        return made

    return add


def test_a_careless_hand_is_stopped_by_the_index(app: Flask, begin: Begin) -> None:
    with begin() as own:
        place = catalogue.association(own)

    got = race(app, [careless(place)] * 6)

    assert sum(isinstance(one, IntegrityError) for one in got) == 5


def test_the_race_finds_many_of_one_question_where_nothing_stops_them(
    app: Flask, begin: Begin
) -> None:
    """The control of the race of adding."""
    with begin() as own:
        place = catalogue.association(own)
    LIVE.drop(db.engine)
    try:
        got = race(app, [careless(place)] * 6)
        assert len({one for one in got if isinstance(one, UUID)}) == 6
    finally:
        db.session.execute(delete(Question))
        db.session.commit()
        LIVE.create(db.engine)


# -- twins ----------------------------------------------------------------------------


def test_nearly_the_same_is_found_and_only_that(
    work: Work, here: AssociationId
) -> None:
    long = "根据危大工程管理规定开挖深度达到三米的基坑土方开挖支护降水工程属于危大工程"
    one = services.add_question(work, make.question(here, 1, stem=long))
    services.add_question(work, make.question(here, 2, stem="混凝土养护不少于七天"))
    close = make.question(here, 3, stem=long.replace("三米", "五米"))

    found = queries.alike_one(work.session, here, close)

    assert [each[0] for each in found] == [one]
    assert found[0][1] >= ALIKE_PERCENT


def test_pairs_are_exactly_those_that_comparing_all_finds() -> None:
    base = "施工单位应当在危险性较大的分部分项工程施工前编制专项施工方案并组织论证"
    texts = {n: base[: 10 + n] + str(n * 37) + base[n % 7 :] for n in range(40)}
    cut = {n: shingles(words) for n, words in texts.items()}

    slow = {
        (max(a, b), min(a, b))
        for a in cut
        for b in cut
        if a != b and percent(cut[a], cut[b]) >= ALIKE_PERCENT
    }
    old, new = ({n: w for n, w in texts.items() if n % 2 == m} for m in (0, 1))
    fast = {(max(a, b), min(a, b)) for a, b, _p in pairs({}, texts)}
    some = {(max(a, b), min(a, b)) for a, b, _p in pairs(old, new)}

    assert slow
    assert fast == slow
    assert some == {pair for pair in slow if pair[0] % 2 or pair[1] % 2}


def test_twins_are_listed_until_somebody_lets_both_stand_or_retires_one(
    work: Work, here: AssociationId
) -> None:
    ids = [services.add_question(work, make.question(here, n)) for n in range(3)]
    services.note_twins(work, [Twins(ids[0], ids[1], 90), Twins(ids[2], ids[0], 80)])
    services.note_twins(work, [Twins(ids[1], ids[0], 90)])

    page = queries.twins(work.session, here)
    assert [one.percent for one in page.cards] == [90, 80]

    first = page.cards[0]
    services.settle_twins(work, here, first.left.root_id, first.right.root_id)
    assert [one.percent for one in queries.twins(work.session, here).cards] == [80]
    services.retire(work, here, ids[2])
    assert queries.twins(work.session, here).total == 0
    with pytest.raises(NotFound):
        services.settle_twins(work, here, first.left.root_id, first.right.root_id)


def test_an_edit_forgets_what_the_old_wording_was_like(
    work: Work, here: AssociationId
) -> None:
    ids = [services.add_question(work, make.question(here, n)) for n in range(2)]
    services.note_twins(work, [Twins(ids[0], ids[1], 90)])

    services.edit(work, here, ids[0], make.question(here, 0, stem="全然不同的另一问"))

    assert work.session.scalar(select(func.count(QuestionTwin.percent))) == 0
