"""A key that was called broken signs no more; a second person confirms or lifts it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.signing import queries, services
from lms.signing.rules import Owner, Purpose, Standing, kid_of
from lms.signing.services import Answer, Brought
from tests.make import signing as make

OWNER = "association:7d4e7f0e-0000-4000-8000-000000000001"
MAKER = make.maker()
YES, NO, WHY = make.YES, make.NO, make.WHY


def test_a_key_called_broken_signs_no_more_from_that_moment(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    make.settled(work, mine)
    kid = make.in_use(work, mine)
    since = work.now

    services.alarm(make.manager(work, here), mine, kid, since, "U盾丢失了")

    with pytest.raises(Refused) as refused:
        queries.ring(work.session, mine.key, work.now)
    assert refused.value.reasons == ("signing.no_document",)
    told = queries.trust(work.session)[kid]
    assert (told.standing, told.broken_at) == (Standing.COMPROMISED, since)


def test_a_second_person_confirms_an_alarm_or_lifts_it(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    make.settled(work, mine)
    kid = make.in_use(work, mine)
    one = make.manager(work, here)
    question = services.alarm(one, mine, kid, work.now, "可能被人看到")
    with pytest.raises(Refused, match=r"approval\.own"):
        services.decide(one, MAKER, mine, question, NO)
    with pytest.raises(Refused, match="alarm_stays"):
        services.withdraw(one, mine, question)

    make.said(work, mine, question, Answer(False, "已找回，封条完好"))

    assert queries.ring(work.session, mine.key, work.now).document.kid == kid
    again = services.alarm(one, mine, kid, work.now, "确实被人拷走")
    make.said(work, mine, again, YES)
    lines = {
        card.published.kid: card.lines
        for card in queries.keys_of(work.session, mine.key)
    }[kid]
    assert [line.act for line in lines] == [
        "generate",
        "compromise",
        "lifted",
        "compromise",
        "confirmed",
    ]


def test_an_alarm_that_is_lifted_after_a_new_key_came_leaves_the_new_one_in_use(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    make.settled(work, mine)
    kid = make.in_use(work, mine)
    one = make.manager(work, here)
    question = services.alarm(one, mine, kid, work.now, "可能被人看到")
    make.settled(work, mine, Purpose.DOCUMENT)
    fresh = make.in_use(work, mine)

    make.said(work, mine, question, Answer(False, "已找回，封条完好"))

    assert make.in_use(work, mine) == fresh
    old = queries.trust(work.session)[kid]
    assert (old.standing, old.broken_at) == (Standing.RETIRED, None)


def test_a_broken_key_never_comes_back(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    upload, made = make.brought(work, Purpose.CREDENTIAL)
    one = make.manager(work, here)
    brought = Brought(Purpose.CREDENTIAL, upload, WHY)
    make.said(work, mine, services.bring(one, MAKER, mine, brought))
    kid = kid_of(made.public)
    services.alarm(one, mine, kid, work.now, "笔记本失窃")

    with pytest.raises(Refused) as refused:
        services.bring(one, MAKER, mine, brought)
    assert refused.value.reasons == ("signing.known",)


def test_a_key_with_new_certificates_is_broken_with_the_old_ones(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    make.settled(work, mine)
    old = make.in_use(work, mine)
    one = make.manager(work, here)
    certified = make.certified(work, mine, old)
    make.said(work, mine, services.certify(one, MAKER, mine, old, certified))
    new = make.in_use(work, mine)
    assert new != old

    services.alarm(one, mine, new, work.now, "笔记本失窃")

    trust = queries.trust(work.session)
    assert trust[old].standing is trust[new].standing is Standing.COMPROMISED


def test_a_question_about_a_key_that_was_replaced_meanwhile_is_not_carried_out(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    make.settled(work, mine)
    kid = make.in_use(work, mine)
    one = make.manager(work, here)
    question = services.certify(one, MAKER, mine, kid, make.certified(work, mine, kid))
    services.alarm(one, mine, kid, work.now, "笔记本失窃")

    with pytest.raises(Refused):
        make.said(work, mine, question)


def test_a_broken_since_lies_in_the_past(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    make.settled(work, mine, Purpose.SEAL)
    kid = make.in_use(work, mine, Purpose.SEAL)
    with pytest.raises(Refused, match="since"):
        services.alarm(
            make.manager(work, here),
            mine,
            kid,
            work.now + timedelta(minutes=1),
            WHY,
        )


def test_certificates_for_a_key_that_is_no_longer_used_are_not_taken(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    make.settled(work, mine)
    kid = make.in_use(work, mine)
    certified = make.certified(work, mine, kid)
    one = make.manager(work, here)
    question = services.certify(one, MAKER, mine, kid, certified)
    make.ring(work, mine.key)

    with pytest.raises(Refused, match="not_in_use"):
        make.said(work, mine, question)
