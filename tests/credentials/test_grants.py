"""Grants to one's company: what it sees, for how long, and what ends them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from lms.accounts import queries as accounts
from lms.accounts import services as closing
from lms.credentials import queries, services
from lms.credentials.models import CertificateShare, GrantOpening
from lms.credentials.rules import FileKind
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import CertificateId, PersonId
from lms.kernel.work import Work
from lms.people import services as people
from tests.credentials.sharing import (
    issued,
    kinds,
    later,
    link,
    made,
    own,
    seen,
    visible,
)
from tests.make import companies
from tests.make import credentials as make


@pytest.fixture
def person(work: Work) -> PersonId:
    return make.graduate(work, make.association(work))


@pytest.fixture
def held(work: Work, person: PersonId) -> CertificateId:
    return issued(work, person)


@pytest.fixture
def company(work: Work, person: PersonId) -> companies.Company:
    found = companies.proved(work, name="包头某建筑公司")
    companies.bound(work, found, made(work, person))
    return found


def test_a_company_sees_what_was_granted_and_nothing_else(
    work: Work, person: PersonId, held: CertificateId, company: companies.Company
) -> None:
    rival = companies.proved(work, name="另一家建筑公司")
    assert visible(work, company) == []

    services.grant(own(work, person), person, held, 30)

    assert visible(work, company) == [held]
    assert visible(work, rival) == []


def test_a_grant_is_over_after_its_last_day(
    work: Work, person: PersonId, held: CertificateId, company: companies.Company
) -> None:
    services.grant(own(work, person), person, held, 30)

    assert visible(later(work, days=29), company) == [held]
    assert visible(later(work, days=30), company) == []


def test_what_is_withdrawn_is_gone_at_once(
    work: Work, person: PersonId, held: CertificateId, company: companies.Company
) -> None:
    grant = services.grant(own(work, person), person, held, 0)
    services.end_grant(own(work, person), person, grant)

    assert visible(work, company) == []
    with pytest.raises(NotFound, match=r"certificate_grant\.unknown"):
        services.open_granted(work, company.id, grant, FileKind.PDF)
    assert kinds(work, person)[-2:] == [
        "certificate.granted",
        "certificate.grant_withdrawn",
    ]


def test_leaving_the_company_ends_it_and_coming_back_does_not_revive_it(
    work: Work, person: PersonId, held: CertificateId, company: companies.Company
) -> None:
    grant = services.grant(own(work, person), person, held, 0)
    people.leave(own(work, person), person, legal_day(work.now), "合同到期")
    assert visible(work, company) == []

    companies.bound(work, company, made(work, person))

    assert visible(work, company) == []
    (card,) = queries.grants(work.session, person, held, legal_day(work.now))
    assert not card.live(legal_day(work.now))
    with pytest.raises(NotFound, match=r"certificate_grant\.unknown"):
        services.open_granted(work, company.id, grant, FileKind.PDF)
    services.grant(own(work, person), person, held, 30)
    assert visible(work, company) == [held]


def test_a_new_grant_takes_the_place_of_the_old(
    work: Work, person: PersonId, held: CertificateId, company: companies.Company
) -> None:
    first = services.grant(own(work, person), person, held, 30)
    second = services.grant(own(work, person), person, held, 365)

    cards = queries.grants(work.session, person, held, legal_day(work.now))
    assert {card.id for card in cards if card.live(legal_day(work.now))} == {second}
    assert visible(work, company) == [held]
    assert first != second


def test_each_file_that_the_company_takes_is_written_down(
    work: Work, person: PersonId, held: CertificateId, company: companies.Company
) -> None:
    grant = services.grant(own(work, person), person, held, 30)

    found, body = services.open_granted(
        company.acting(work), company.id, grant, FileKind.PDF
    )

    assert body == queries.open_file(work.session, held)
    assert found.holding.id == held
    (card,) = queries.grants(work.session, person, held, legal_day(work.now))
    (seen_once,) = card.openings
    assert (seen_once.by, seen_once.at) == ("企业经办", work.now)
    assert kinds(work, person)[-1] == "certificate.opened_by_employer"


def test_who_belongs_to_no_company_grants_nothing(
    work: Work, person: PersonId, held: CertificateId
) -> None:
    with pytest.raises(Refused, match=r"certificate_grant\.no_employer"):
        services.grant(own(work, person), person, held, 30)


def test_nobody_grants_or_withdraws_what_is_anothers(
    work: Work, person: PersonId, held: CertificateId, company: companies.Company
) -> None:
    other = make.constructor(work, serial=2)
    companies.bound(work, company, made(work, other))
    grant = services.grant(own(work, person), person, held, 30)

    with pytest.raises(NotFound, match=r"certificate\.unknown"):
        services.grant(own(work, other), other, held, 30)
    with pytest.raises(NotFound, match=r"certificate_grant\.unknown"):
        services.end_grant(own(work, other), other, grant)
    assert visible(work, company) == [held]


def test_another_company_opens_nothing(
    work: Work, person: PersonId, held: CertificateId, company: companies.Company
) -> None:
    rival = companies.proved(work, name="另一家建筑公司")
    grant = services.grant(own(work, person), person, held, 30)

    with pytest.raises(NotFound, match=r"certificate_grant\.unknown"):
        services.open_granted(rival.acting(work), rival.id, grant, FileKind.PDF)
    assert work.session.scalar(select(func.count()).select_from(GrantOpening)) == 0


def test_what_was_opened_is_never_rewritten(
    work: Work, person: PersonId, held: CertificateId, company: companies.Company
) -> None:
    grant = services.grant(own(work, person), person, held, 30)
    services.open_granted(company.acting(work), company.id, grant, FileKind.PDF)
    work.session.flush()

    for deed in (
        "UPDATE certificate_openings SET kind = 'ofd'",
        "DELETE FROM certificate_openings",
    ):
        nested = work.session.begin_nested()
        with pytest.raises(DatabaseError, match="append-only"):
            work.session.execute(text(deed))
        nested.rollback()


def test_who_closed_the_account_could_switch_nothing_off_so_all_is_off(
    work: Work, person: PersonId, held: CertificateId, company: companies.Company
) -> None:
    card = link(work, person, held, days=0)
    grant = services.grant(own(work, person), person, held, 0)

    closing.close_account(work, accounts.account_of(work.session, person).id)

    assert seen(work, card.token) is None
    assert visible(work, company) == []
    with pytest.raises(NotFound, match=r"certificate_grant\.unknown"):
        services.open_granted(work, company.id, grant, FileKind.PDF)


def test_who_is_forgotten_shows_nothing_any_more(
    work: Work, person: PersonId, held: CertificateId, company: companies.Company
) -> None:
    card = link(work, person, held)
    services.grant(own(work, person), person, held, 0)

    services.forget(work, person)

    assert seen(work, card.token) is None
    assert visible(work, company) == []
    row = work.session.scalars(select(CertificateShare)).one()
    assert (row.note, row.token) == ("", None)
