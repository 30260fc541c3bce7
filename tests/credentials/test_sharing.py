"""Links: whose, how long, how many came, and what ends them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from lms.credentials import queries, services
from lms.credentials.models import CertificateShare, ShareReads
from lms.credentials.rules import MOST_LINKS
from lms.credentials.services import ShareAsk
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import CertificateId, PersonId, new_id
from lms.kernel.work import Work
from tests.credentials.sharing import issued, kinds, later, link, seen
from tests.make import credentials as make
from tests.make import registrations
from tests.races import failures, race

Begin = Callable[..., Any]


@pytest.fixture
def person(work: Work) -> PersonId:
    return make.graduate(work, make.association(work))


@pytest.fixture
def held(work: Work, person: PersonId) -> CertificateId:
    return issued(work, person)


def test_a_link_shows_the_certificate_as_it_stands_now(
    work: Work, person: PersonId, held: CertificateId
) -> None:
    token = link(work, person, held).token
    before = seen(work, token)

    services.revoke(work, held, reason="x", approvals=(new_id(),))
    work.session.flush()
    after = seen(work, token)

    assert before is not None
    assert after is not None
    assert before.holding.verdict == "valid"
    assert before.name == "张建国"
    assert after.holding.verdict == "revoked"


def test_the_name_is_shown_as_its_bearer_chose(
    work: Work, person: PersonId, held: CertificateId
) -> None:
    found = seen(work, link(work, person, held, whole_name=False).token)

    assert found is not None
    assert found.name == "张*"


def test_a_link_with_the_family_name_alone_gives_no_file(
    work: Work, person: PersonId, held: CertificateId
) -> None:
    with pytest.raises(Refused, match=r"certificate_share\.file_names"):
        link(work, person, held, whole_name=False, with_file=True)

    token = link(work, person, held, with_file=True).token
    work.session.execute(update(CertificateShare).values(whole_name=False))
    found = seen(work, token)

    assert found is not None
    assert not found.with_file


def test_the_token_is_not_in_the_database_as_it_is(
    work: Work, person: PersonId, held: CertificateId
) -> None:
    token = link(work, person, held).token
    row = work.session.scalars(select(CertificateShare)).one()

    assert len(token) == 26
    assert row.token is not None
    assert token.encode() not in row.token + row.token_sha256


@pytest.mark.parametrize("days", [7, 30, 365])
def test_a_link_ends_by_itself(
    work: Work, person: PersonId, held: CertificateId, days: int
) -> None:
    token = link(work, person, held, days=days).token

    assert seen(later(work, days=days, seconds=-1), token)
    assert seen(later(work, days=days), token) is None


def test_a_link_without_a_term_lasts_until_it_is_switched_off(
    work: Work, person: PersonId, held: CertificateId
) -> None:
    card = link(work, person, held, days=0)
    assert seen(later(work, days=5000), card.token)

    services.end_share(work, person, card.id)
    services.end_share(work, person, card.id)

    assert seen(work, card.token) is None
    (off,) = queries.shares(work.session, person)
    assert not off.live(work.now)
    assert off.token == ""
    assert kinds(work, person)[-2:] == ["certificate.shared", "certificate.share_ended"]


def test_nobody_shares_or_ends_what_is_anothers(
    work: Work, person: PersonId, held: CertificateId
) -> None:
    other = make.constructor(work, serial=2)
    card = link(work, person, held)

    with pytest.raises(NotFound, match=r"certificate\.unknown"):
        services.share(work, other, ShareAsk(held, 7))
    with pytest.raises(NotFound, match=r"certificate_share\.unknown"):
        services.end_share(work, other, card.id)
    assert seen(work, card.token)


def test_only_offered_terms_and_usable_certificates_are_shared(
    work: Work, person: PersonId, held: CertificateId
) -> None:
    with pytest.raises(Refused, match=r"certificate_share\.days"):
        services.share(work, person, ShareAsk(held, 8))
    services.revoke(work, held, reason="x", approvals=(new_id(),))
    work.session.flush()
    with pytest.raises(Refused, match=r"certificate_share\.revoked"):
        services.share(work, person, ShareAsk(held, 7))


def test_so_many_links_and_no_more_are_open_at_a_time(
    work: Work, person: PersonId, held: CertificateId
) -> None:
    cards = [link(work, person, held) for _ in range(MOST_LINKS)]
    with pytest.raises(Refused, match=r"certificate_share\.many"):
        services.share(work, person, ShareAsk(held, 7))

    services.end_share(work, person, cards[0].id)

    assert link(work, person, held).live(work.now)


def test_readers_are_counted_by_the_day(
    work: Work, person: PersonId, held: CertificateId
) -> None:
    token = link(work, person, held).token
    for hours in (0, 1, 30):
        services.open_share(later(work, hours=hours), token)

    (card,) = queries.shares(work.session, person)
    today = legal_day(work.now)
    assert card.reads == 3
    assert card.days == ((today + timedelta(days=1), 1), (today, 2))
    assert card.last_read == work.now + timedelta(hours=30)


def test_a_link_that_is_off_counts_nobody(
    work: Work, person: PersonId, held: CertificateId
) -> None:
    card = link(work, person, held)
    services.end_share(work, person, card.id)

    for token in (card.token, "0" * 26, ""):
        with pytest.raises(NotFound, match=r"certificate_share\.unknown"):
            services.open_share(work, token)
    assert work.session.scalar(select(func.count()).select_from(ShareReads)) == 0


def test_of_twenty_readers_at_once_none_is_lost(app: Flask, begin: Begin) -> None:
    with begin() as work:
        person = make.graduate(work, make.association(work))
        token = link(work, person, issued(work, person)).token

    got = race(app, [lambda work: services.open_share(work, token)] * 20)

    assert not failures(got)
    with begin() as work:
        (card,) = queries.shares(work.session, person)
        assert card.reads == 20


def test_a_registration_certificate_is_shared_alike(work: Work) -> None:
    who = make.constructor(work)
    registrations.granted(work, who)
    (one,) = queries.holdings(work.session, who, legal_day(work.now))

    found = seen(work, link(work, who, one.id).token)

    assert found is not None
    assert found.holding.id == one.id
    assert found.holding.kind == "registration"
