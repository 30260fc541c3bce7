"""A company's list is taken over whole or not at all, and binds nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.evidence import queries as evidence
from lms.jobs import messages
from lms.kernel.db import db
from lms.kernel.errors import NotFound, Refused
from lms.kernel.grids import Cell
from lms.kernel.work import Actor, Work
from lms.notify.models import OutboxMessage
from lms.notify.ports import MailSender, SmsSender
from lms.people import queries, services
from lms.people.models import EmployerLink, LinkAddress, RosterDraft
from lms.people.rules.roster import (
    ADDRESS_LIFE,
    DRAFT_LIFE,
    Roster,
    read_roster,
)
from tests.conftest import HandClock, work_at
from tests.make import companies as make
from tests.make import people
from tests.make.companies import Company
from tests.races import failures, race

Begin = Callable[..., Any]
Rows = list[tuple[str, ...]]


def roster(rows: Rows) -> Roster:
    head = ("姓名", "手机号", "邮箱", "身份证号", "专业")
    return read_roster([[Cell(text) for text in row] for row in (head, *rows)])


def drafted(work: Work, company: Company, rows: Rows) -> UUID:
    return services.draft_roster(company.acting(work), company.id, roster(rows))


def taken(work: Work, company: Company, rows: Rows) -> int:
    draft = drafted(work, company, rows)
    return services.take_roster(company.acting(work), company.id, draft, site="x.test")


def owed(work: Work) -> list[tuple[str, str]]:
    work.session.flush()
    rows = work.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.template.like("link_invited%"))
        .order_by(OutboxMessage.seq)
    )
    return [(row.template, row.channel.value) for row in rows]


TWO: Rows = [
    ("张三", "13800000001", "", people.id_number(), "建筑"),
    ("李四", "", "li@demo.example", "", ""),
]


def test_a_list_invites_by_phone_and_mail_whom_nobody_knows_here(work: Work) -> None:
    company = make.proved(work)

    assert taken(work, company, TWO) == 2

    links = queries.links_of(work.session, company.id)
    assert {(link.called, link.shown, link.state.value) for link in links} == {
        ("张三", "138****0001", "invited"),
        ("李四", "l***@demo.example", "invited"),
    }
    assert owed(work) == [("link_invited_new", "sms"), ("link_invited_new", "mail")]
    assert not queries.staff_of(work.session, company.id)


def test_what_waits_for_a_yes_is_sealed_and_gone_with_it(work: Work) -> None:
    company = make.proved(work)
    draft = drafted(work, company, TWO)
    row = work.session.get_one(RosterDraft, draft)
    number = TWO[0][3]
    for secret in ("13800000001", number, "li@demo.example", "张三"):
        assert secret.encode() not in bytes(row.sealed or b"")

    services.take_roster(company.acting(work), company.id, draft, site="x.test")

    assert (row.sealed, row.wrapped) == (None, None)
    addresses = work.session.scalars(select(LinkAddress)).all()
    assert all(b"138" not in bytes(one.sealed) for one in addresses)


def test_who_has_an_account_hears_by_it_and_is_bound_by_own_word_alone(
    work: Work,
) -> None:
    company, made = make.proved(work), people.person(work)
    place = make.address_of(work, made)

    assert taken(work, company, [("张建国", "", place, made.id_number, "")]) == 1

    assert owed(work) == [("link_invited", "contact")]
    assert not queries.staff_of(work.session, company.id)
    ((link, _company),) = queries.links_to(work.session, made.person_id)
    own = replace(work, actor=Actor(made.account_id, made.person_id))
    services.accept(own, made.person_id, link.id)
    assert [one.person_id for one in queries.staff_of(work.session, company.id)] == [
        made.person_id
    ]
    assert work.session.get(LinkAddress, link.id) is None
    assert same_id(work, company, link.id) is True


def same_id(work: Work, company: Company, link_id: UUID) -> bool | None:
    note = queries.roster_note(work.session, company.id, link_id)
    assert note is not None
    return note.same_id


def test_another_id_number_than_the_persons_own_is_told_once_bound(work: Work) -> None:
    company, made = make.proved(work), people.person(work)
    place = make.address_of(work, made)
    taken(work, company, [("张建国", "", place, people.id_number(), "")])
    (link,) = queries.links_of(work.session, company.id)
    assert same_id(work, company, link.id) is None

    own = replace(work, actor=Actor(made.account_id, made.person_id))
    services.accept(own, made.person_id, link.id)

    assert same_id(work, company, link.id) is False


def test_one_bad_row_keeps_all_of_them_out(work: Work) -> None:
    company = make.proved(work)
    draft = drafted(work, company, [*TWO, ("", "1", "", "", "")])

    with pytest.raises(Refused) as said:
        services.take_roster(company.acting(work), company.id, draft, site="x.test")

    assert (said.value.code, said.value.facts) == ("roster.bad_rows", {"count": 1})
    assert not queries.links_of(work.session, company.id)
    assert not owed(work)


def test_the_preview_says_who_is_known_already(work: Work) -> None:
    company, staff, asked = make.proved(work), people.person(work), people.person(work)
    make.bound(work, company, staff)
    make.invited(work, company, asked)
    rows: Rows = [
        ("张三", "13800000009", "", staff.id_number, ""),
        ("李四", "", make.address_of(work, asked), "", ""),
        ("王五", "13800000010", "", "", ""),
    ]
    draft = drafted(work, company, rows)

    account = company.agent.account_id
    card = queries.roster_draft(work.session, company.id, account, draft)
    shown = queries.roster_rows(work.session, company.id, account, draft)
    assert (card.rows, card.bad, card.known, card.fresh) == (3, 0, 2, 1)
    assert [row.checked.known for row in shown] == ["staff", "invited", ""]
    assert shown[0].id_masked == f"1502{'*' * 10}{staff.id_number[-4:]}"
    again = services.take_roster(company.acting(work), company.id, draft, site="x")
    assert again == 1


def test_the_same_list_twice_invites_once(work: Work) -> None:
    company = make.proved(work)
    draft = drafted(work, company, TWO)
    acting = company.acting(work)

    first = services.take_roster(acting, company.id, draft, site="x")
    again = services.take_roster(acting, company.id, draft, site="x")
    other = taken(work, company, TWO)

    assert (first, again, other) == (2, 2, 0)
    assert len(queries.links_of(work.session, company.id)) == 2


def test_two_lists_that_name_one_person_at_once_invite_once(
    app: Flask, begin: Begin
) -> None:
    with begin() as work:
        company = make.proved(work)
        drafts = [drafted(work, company, TWO) for _ in range(6)]
    actor = Actor(company.agent.account_id, company.agent.person_id)

    def take(draft: UUID, work: Work) -> int:
        return services.take_roster(work, company.id, draft, site="x")

    got = race(app, [partial(take, draft) for draft in drafts], actor)

    assert not failures(got)
    assert db.session.scalar(select(func.count()).select_from(EmployerLink)) == 2


def test_a_list_is_its_uploaders_and_its_companys(work: Work) -> None:
    company, other = make.proved(work), make.proved(work)
    draft = drafted(work, company, TWO)

    for acting, of in ((other, other.id), (other, company.id)):
        with pytest.raises((NotFound, Refused)):
            services.take_roster(acting.acting(work), of, draft, site="x")
    with pytest.raises(NotFound):
        queries.roster_rows(work.session, company.id, other.agent.account_id, draft)


def test_an_unproved_company_hands_in_no_list(work: Work) -> None:
    company = make.unproved(work)

    with pytest.raises(Refused) as said:
        drafted(work, company, TWO)
    assert said.value.code in {"employer.unproved", "employer.unconfirmed"}


def test_a_list_left_lying_is_empty_after_a_day(work: Work, clock: HandClock) -> None:
    company = make.proved(work)
    draft = drafted(work, company, TWO)
    clock.pass_seconds(DRAFT_LIFE.total_seconds())
    later = work_at(work, clock)

    assert services.forget_old(later) == 1

    with pytest.raises(Refused, match=r"roster\.over"):
        services.take_roster(company.acting(later), company.id, draft, site="x")
    account = company.agent.account_id
    assert not queries.roster_rows(work.session, company.id, account, draft)


def test_an_address_is_forgotten_when_nobody_answers(
    work: Work, clock: HandClock
) -> None:
    company = make.proved(work)
    taken(work, company, TWO)
    clock.pass_seconds(ADDRESS_LIFE.total_seconds())

    assert services.forget_old(work_at(work, clock)) == 2


def test_a_line_of_evidence_names_the_whole_list(work: Work) -> None:
    company = make.proved(work)
    taken(work, company, TWO)

    told = evidence.lines(work.session, services.company_stream(company.id))
    assert "roster.taken" in {line.kind for line in told}


class Post:
    """Whoever delivers, and what was delivered."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def send(self, to: str, *words: str, key: str, leave: str = "") -> None:
        self.sent.append((to, words[-1]))


def test_the_words_arrive_where_the_list_said(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        taken(work, make.proved(work, name="包头第一建筑公司"), TWO)
    post = Post()

    messages.run(clock, {SmsSender: post, MailSender: post})

    told = dict(post.sent)
    assert "包头第一建筑公司邀请您" in told["13800000001"]
    assert "x.test" in told["li@demo.example"]
