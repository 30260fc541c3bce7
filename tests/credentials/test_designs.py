"""Designs on a real database: tried out by one, published by another, kept for ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.catalogue.models import Association
from lms.credentials import queries
from lms.credentials.models import CertificateDesign
from lms.credentials.rules.designs import DEFAULT, Design, Layout
from lms.credentials.services import designs as services
from lms.evidence import queries as evidence
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import AccountId, AssociationId, new_id
from lms.kernel.work import Actor, Work
from tests.make import credentials as make

Begin = Callable[..., Any]
CLERK, MANAGER = (Actor(account_id=AccountId(new_id())) for _ in range(2))
MODERN = Design(layout=Layout.MODERN, title="结业证书")


class Press:
    """A press whose fonts lack one sign."""

    def lacking(self, design: Design, issuer: str) -> str:
        return "".join(c for c in design.title + issuer if c == "𱁬")

    def preview(self, design: Design, issuer: str) -> str:
        return f"<svg>{design.title}{issuer}</svg>"


PRESS = Press()


@pytest.fixture
def here(begin: Begin) -> AssociationId:
    with begin() as work:
        made = make.association(work)
        work.session.get_one(Association, made).two_person = False
    return made


def published(work: Work, here: AssociationId, design: Design) -> int:
    held = queries.draft(work.session, here)
    revision = services.save_draft(work, here, design, held.revision)
    return services.publish(work, here, revision, PRESS)


def test_an_association_without_a_choice_has_the_houses_design(
    here: AssociationId, session: Session
) -> None:
    assert queries.current_design(session, here) == DEFAULT
    assert queries.design(session, here, 0) == DEFAULT
    assert queries.design_history(session, here) == ()


def test_a_draft_holds_for_nothing_until_it_is_published(
    here: AssociationId, begin: Begin, session: Session
) -> None:
    with begin(CLERK) as work:
        revision = services.save_draft(work, here, MODERN, 0)
    assert queries.current_design(session, here) == DEFAULT
    assert queries.draft(session, here).design == MODERN
    with begin(MANAGER) as work:
        assert services.publish(work, here, revision, PRESS) == 1

    session.rollback()
    assert queries.current_design(session, here) == replace(MODERN, version=1)
    assert queries.draft(session, here).revision == 0
    (card,) = queries.design_history(session, here)
    assert (card.edited_by, card.published_by) == (CLERK.account_id, MANAGER.account_id)


def test_what_was_published_stays_findable_by_its_number(
    here: AssociationId, begin: Begin, session: Session
) -> None:
    with begin(CLERK) as work:
        published(work, here, MODERN)
    with begin(CLERK) as work:
        published(work, here, replace(DEFAULT, layout=Layout.HILLS))

    assert queries.design(session, here, 1).layout is Layout.MODERN
    assert queries.current_design(session, here).layout is Layout.HILLS
    assert queries.current_design(session, here).version == 2
    with pytest.raises(NotFound):
        queries.design(session, here, 3)


def test_going_back_makes_a_new_version(
    here: AssociationId, begin: Begin, session: Session
) -> None:
    with begin(CLERK) as work:
        published(work, here, MODERN)
        published(work, here, replace(DEFAULT, layout=Layout.HILLS))
        revision = services.take_up(work, here, 1)
        services.publish(work, here, revision, PRESS)

    assert queries.current_design(session, here) == replace(MODERN, version=3)


def test_nobody_changes_or_removes_what_was_published(
    here: AssociationId, begin: Begin, session: Session
) -> None:
    with begin(CLERK) as work:
        published(work, here, MODERN)
    for deed in (
        update(CertificateDesign).values(version=9),
        delete(CertificateDesign),
        text("DELETE FROM certificate_designs"),
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(deed)
        session.rollback()


def test_where_two_are_wanted_nobody_publishes_their_own_draft(
    here: AssociationId, begin: Begin, session: Session
) -> None:
    with begin(MANAGER) as work:
        work.session.get_one(Association, here).two_person = True
        revision = services.save_draft(work, here, MODERN, 0)
    with (
        pytest.raises(Forbidden, match=r"design\.second_person"),
        begin(MANAGER) as work,
    ):
        services.publish(work, here, revision, PRESS)
    assert queries.current_design(session, here) == DEFAULT

    session.rollback()
    with begin(CLERK) as work:
        services.publish(work, here, revision, PRESS)
    assert queries.current_design(session, here).title == "结业证书"


def test_nobody_saves_over_or_publishes_what_they_did_not_see(
    here: AssociationId, begin: Begin
) -> None:
    with begin(CLERK) as work:
        services.save_draft(work, here, MODERN, 0)
    with pytest.raises(Conflict), begin(MANAGER) as work:
        services.save_draft(work, here, DEFAULT, 0)
    with pytest.raises(Conflict), begin(MANAGER) as work:
        services.publish(work, here, 0, PRESS)


def test_what_is_unsound_is_refused_with_every_reason(work: Work) -> None:
    here = make.association(work)
    wrong = Design(accent="#eeeeee", title="", sentence="{x}")

    with pytest.raises(Refused) as caught:
        services.save_draft(work, here, wrong, 0)

    assert caught.value.reasons == (
        "design.accent_pale", "design.title_missing", "design.placeholder",
    )  # fmt: skip
    assert caught.value.facts["words"] == ("x",)


def test_a_sign_that_no_font_draws_is_never_published(
    here: AssociationId, begin: Begin
) -> None:
    with begin(CLERK) as work:
        revision = services.save_draft(work, here, Design(title="合格证𱁬"), 0)
    with pytest.raises(Refused, match="no_glyph"), begin(MANAGER) as work:
        services.publish(work, here, revision, PRESS)


def test_a_logo_stays_when_words_change_and_goes_when_asked(
    here: AssociationId, begin: Begin, session: Session
) -> None:
    with begin(CLERK) as work:
        revision = services.set_logo(work, here, b"a logo")
        services.save_draft(work, here, MODERN, revision)
    assert queries.draft(session, here).design == replace(MODERN, logo=b"a logo")
    with begin(CLERK) as work:
        services.publish(work, here, revision + 1, PRESS)
        services.save_draft(work, here, DEFAULT, 0)
    session.rollback()
    assert queries.current_design(session, here).logo == b"a logo"
    assert queries.draft(session, here).design.logo == b"a logo"
    with begin(CLERK) as work:
        services.set_logo(work, here, None)
    session.rollback()
    assert queries.draft(session, here).design.logo == b""
    assert queries.current_design(session, here).logo == b"a logo"


def test_publishing_goes_on_the_record(here: AssociationId, begin: Begin) -> None:
    with begin(CLERK) as work:
        published(work, here, MODERN)
        lines = evidence.lines(work.session, f"association:{here}")
    assert [line.kind for line in lines][-1] == "design.published"


def test_nothing_to_publish_is_said(here: AssociationId, begin: Begin) -> None:
    with pytest.raises(NotFound), begin(MANAGER) as work:
        services.publish(work, here, 0, PRESS)
    with begin(CLERK) as work:
        services.drop_draft(work, here)


def test_associations_do_not_see_each_others_designs(
    here: AssociationId, begin: Begin, session: Session
) -> None:
    with begin(CLERK) as work:
        there = make.association(work, code="BTJX", name="另一协会")
        work.session.get_one(Association, there).two_person = False
        published(work, there, MODERN)

    assert queries.current_design(session, here) == DEFAULT
    with pytest.raises(NotFound):
        queries.design(session, here, 1)
