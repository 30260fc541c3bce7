"""Handing in, taking back, and who may: the book keeps every version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from lms.evidence import queries as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.people import queries as known
from lms.policy.flow import MaterialKind, Party, Path
from lms.policy.model import Application, Province
from lms.registration.models import ApplicationMaterial, ApplicationRow, MaterialBody
from lms.registration.queries import applications
from lms.registration.queries import dossier as queries
from lms.registration.rules.dossier import Deed, Given, RowState
from lms.registration.rules.states import Act, Status
from lms.registration.services import dossier as services
from lms.registration.services.book import write
from tests.make import dossier as make
from tests.make import people
from tests.races import tried

CONTRACT, VIDEO = MaterialKind.CONTRACT, MaterialKind.VIDEO


@pytest.fixture
def mine(work: Work) -> Any:
    person = people.person(work, province=Province.SHANDONG)
    return make.application(work, person.person_id)


def dossier(work: Work, application_id: Any) -> queries.DossierCard:
    card = applications.application(work.session, application_id)
    return queries.dossier(work.session, card, legal_day(work.now))


def row(work: Work, application_id: Any) -> ApplicationRow:
    return work.session.get_one(ApplicationRow, application_id)


def test_a_paper_is_there_as_soon_as_it_is_handed_in(work: Work, mine: Any) -> None:
    before = dossier(work, mine).row(CONTRACT)
    assert before is not None
    assert before.state is RowState.MISSING
    given = Given(contract_until=date(2029, 1, 1))
    services.hand_in(work, mine, make.ready(CONTRACT, given=given), Party.PERSON)
    after = dossier(work, mine).row(CONTRACT)
    assert after is not None
    assert after.state is RowState.OK


def test_the_body_lies_sealed_and_opens_for_its_owner(work: Work, mine: Any) -> None:
    ready = make.ready(CONTRACT, body=b"%PDF-1.4 a secret", name="张建国的合同.pdf")
    services.hand_in(work, mine, ready, Party.PERSON)
    kept = work.session.scalars(select(MaterialBody)).one()
    line = work.session.scalars(select(ApplicationMaterial)).one()
    assert b"secret" not in kept.body
    assert "张建国".encode() not in line.name
    card = dossier(work, mine).current[CONTRACT]
    assert card.name == "张建国的合同.pdf"
    person_id = applications.application(work.session, mine).person_id
    assert queries.opened(work.session, person_id, card) == b"%PDF-1.4 a secret"


def test_a_replaced_version_stays_to_be_seen(work: Work, mine: Any) -> None:
    for body in (b"%PDF-1.4 one", b"%PDF-1.4 two"):
        ready = make.ready(CONTRACT, body=body)
        services.hand_in(work, mine, ready, Party.PERSON)
    found = dossier(work, mine)
    assert found.current[CONTRACT].version == 2
    assert [one.version for one in found.versions(CONTRACT)] == [2, 1]
    assert all(one.kept for one in found.versions(CONTRACT))


def test_the_book_of_materials_takes_no_change(work: Work, mine: Any) -> None:
    services.hand_in(work, mine, make.ready(CONTRACT), Party.PERSON)
    with pytest.raises((IntegrityError, DBAPIError), match="append-only"):
        work.session.execute(delete(ApplicationMaterial))
    work.session.rollback()


def test_what_was_taken_back_before_filing_is_gone_but_not_that_it_was_there(
    work: Work, mine: Any
) -> None:
    services.hand_in(work, mine, make.ready(CONTRACT), Party.PERSON)
    services.withdraw(work, mine, CONTRACT, Party.PERSON)
    found = dossier(work, mine)
    assert CONTRACT not in found.current
    assert [one.deed for one in found.history] == [Deed.WITHDRAWN, Deed.HANDED_IN]
    assert not any(one.kept for one in found.history)
    assert not work.session.scalars(select(MaterialBody)).all()
    with pytest.raises(NotFound):
        services.withdraw(work, mine, CONTRACT, Party.PERSON)


def test_what_was_filed_once_stays_when_it_is_taken_back(work: Work, mine: Any) -> None:
    services.hand_in(work, mine, make.ready(CONTRACT), Party.PERSON)
    write(work, row(work, mine), Act.PASS, Party.PERSON)
    row(work, mine).status = Status.SUPPLEMENT
    services.withdraw(work, mine, CONTRACT, Party.PERSON)
    kept = [one for one in dossier(work, mine).history if one.kept]
    assert [one.deed for one in kept] == [Deed.HANDED_IN]


def test_the_dossier_is_shut_while_it_lies_with_others(work: Work, mine: Any) -> None:
    with pytest.raises(Refused, match=r"dossier\.not_with_you"):
        services.hand_in(work, mine, make.ready(CONTRACT), Party.APPROVER)
    row(work, mine).closed_at = work.now
    row(work, mine).status = Status.GRANTED
    with pytest.raises(Refused, match=r"application\.ended"):
        services.hand_in(work, mine, make.ready(CONTRACT), Party.PERSON)


def test_only_what_is_asked_for_is_taken(work: Work, mine: Any) -> None:
    with pytest.raises(Refused, match=r"dossier\.not_asked"):
        services.hand_in(work, mine, make.ready(MaterialKind.RULING), Party.PERSON)


def test_of_an_application_that_nobody_knows_nothing_is_told(work: Work) -> None:
    with pytest.raises(NotFound):
        services.hand_in(work, new_id(), make.ready(CONTRACT), Party.PERSON)


def test_what_is_wanting_keeps_an_application_where_it_is(
    work: Work, mine: Any
) -> None:
    card = applications.application(work.session, mine)
    today = legal_day(work.now)
    assert queries.wanting(work.session, card, today) == ("dossier.missing",)
    make.fill(work, mine)
    assert queries.wanting(work.session, card, today) == ()
    short = Given(contract_until=date(2027, 11, 20))
    services.hand_in(work, mine, make.ready(CONTRACT, given=short), Party.PERSON)
    assert queries.wanting(work.session, card, today) == ("dossier.contract_short",)


def test_once_it_is_filed_the_day_of_filing_counts(work: Work, mine: Any) -> None:
    given = Given(contract_until=date(2027, 11, 21))
    services.hand_in(work, mine, make.ready(CONTRACT, given=given), Party.PERSON)
    row(work, mine).filed_on = legal_day(work.now)
    card = applications.application(work.session, mine)
    later = queries.dossier(work.session, card, date(2027, 3, 1)).row(CONTRACT)
    assert later is not None
    assert later.state is RowState.OK


@pytest.mark.parametrize("province", list(Province))
def test_every_province_has_a_dossier_that_can_be_made_whole(
    work: Work, province: Province
) -> None:
    person = people.person(work, province=province)
    try:
        one = make.application(work, person.person_id, province=province)
    except Refused as refused:
        assert refused.code == "application.other_starts"  # noqa: PT017 - in some provinces the company starts
        one = make.application(
            work, person.person_id, province=province, by=Party.EMPLOYER
        )
    starts = applications.application(work.session, one).started_by
    make.fill(work, one, by=starts)
    card = applications.application(work.session, one)
    assert queries.wanting(work.session, card, legal_day(work.now)) == ()


def test_the_desks_look_is_written_down_for_the_applicant(
    work: Work, mine: Any
) -> None:
    made = services.hand_in(work, mine, make.ready(CONTRACT), Party.PERSON)
    card = applications.application(work.session, mine)
    with pytest.raises(Refused, match=r"reveal\.no_reason"):
        services.look(work, card, made, reason=" ")
    media, body = services.look(work, card, made, reason="审查延续注册")
    assert (media, body) == ("application/pdf", b"%PDF-1.4 paper")
    (seen,) = known.looks(work.session, card.person_id)
    assert (seen.what, seen.reason) == ("material", "审查延续注册")


def test_each_hand_in_is_in_the_evidence_with_its_digest(work: Work, mine: Any) -> None:
    services.hand_in(work, mine, make.ready(CONTRACT), Party.PERSON)
    services.withdraw(work, mine, CONTRACT, Party.PERSON)
    stream = f"application:{mine}"
    told = evidence.verify(work.session, stream)
    assert (told.intact, told.lines) == (True, 3)


def test_a_killed_process_leaves_no_half_of_a_paper(
    begin: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with begin() as work:
        person = people.person(work, province=Province.SHANDONG)
        one = make.application(work, person.person_id)

    def hand_in_and_die() -> None:
        with begin() as work:
            services.hand_in(work, one, make.ready(CONTRACT), Party.PERSON)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hand_in_and_die()
    with begin() as work:
        assert not dossier(work, one).history


def test_a_merged_file_is_taken_where_the_document_asks_for_one(work: Work) -> None:
    person = people.person(work, province=Province.SHANDONG)
    one = make.application(
        work,
        person.person_id,
        kind=Application.CHANGE,
        path=Path.PERSONAL_INFORMATION,
    )
    services.hand_in(work, one, make.ready(MaterialKind.BUNDLE), Party.PERSON)
    assert MaterialKind.BUNDLE in dossier(work, one).current


def test_two_clicks_at_once_are_two_versions_and_both_are_kept(
    app: Flask, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        person = people.person(work, province=Province.SHANDONG)
        one = make.application(work, person.person_id)

    def hand_in() -> None:
        with begin() as work:
            services.hand_in(work, one, make.ready(CONTRACT), Party.PERSON)

    assert tried(app, [hand_in] * 4) == [None] * 4
    with begin() as work:
        found = dossier(work, one).versions(CONTRACT)
        assert [card.version for card in found] == [4, 3, 2, 1]
        assert all(card.kept for card in found)
