"""An association under its own domain; and hosts that are nobody's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from lms.catalogue.queries import domains as queries
from lms.catalogue.rules.domains import host_of
from lms.catalogue.rules.faces import Face
from lms.catalogue.services import domains, faces
from lms.evidence import queries as evidence
from lms.kernel.db import db
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AccountId, AssociationId, PersonId, new_id
from lms.kernel.work import Actor, Work
from lms.notify import queries as notify
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import catalogue
from tests.make import credentials as make
from tests.races import race

Begin = Callable[..., Any]
OWN = "https://xue.example.cn"
HOST = "xue.example.cn"


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("xue.example.cn", HOST),
        (" HTTPS://Xue.Example.cn/ ", HOST),
        ("xn--fiq228c.xn--fiqs8s", "xn--fiq228c.xn--fiqs8s"),
        ("xue.example.cn.", HOST),
        ("xue", None),
        ("127.0.0.1", None),
        ("[::1]", None),
        ("xue.example.cn:8443", None),
        ("xue.example.cn/a", None),
        ("user@xue.example.cn", None),
        ("xue .example.cn", None),
        ("xue_1.example.cn", None),
        (f"{'a' * 99}.cn", None),
        ("https://[", None),
        ("学时.cn", None),
    ],
)
def test_a_domain_is_read_strictly(typed: str, host: str | None) -> None:
    assert host_of(typed) == host


@pytest.fixture
def ours(begin: Begin) -> AssociationId:
    with begin() as work:
        made = make.association(work)
        face = Face("slxh", "示例协会", "#17406d", "欢迎来学习", (), shown=True)
        faces.save_face(work, made, face)
        return made


@pytest.fixture
def opened(begin: Begin, ours: AssociationId) -> AssociationId:
    with begin() as work:
        domains.open_domain(work, ours, HOST)
    return ours


def as_manager(work: Work, house: AssociationId) -> Work:
    actor = Actor(
        AccountId(new_id()), PersonId(new_id()), frozenset({"manager"}), house
    )
    return replace(work, actor=actor)


def test_its_portal_stands_at_the_root_of_its_domain_and_nowhere_else(
    opened: AssociationId, browser: Browser
) -> None:
    here = browser.get("/", base_url=OWN)
    assert here.status_code == 200
    assert "欢迎来学习" in here.text
    assert "/a/slxh/" in here.text
    away = browser.get("/")
    assert "欢迎来学习" not in away.text
    assert browser.get("/verify", base_url=OWN).text.count("示例协会") >= 1


def test_its_courses_come_first_under_its_domain(
    opened: AssociationId, begin: Begin, browser: Browser
) -> None:
    with begin() as work:
        other = make.association(work, code="QTXH", name="另一协会")
        catalogue.course(work, opened, credit=1, title="本会的课")
        catalogue.course(work, other, credit=1, title="别会的课")

    here = browser.get("/courses", base_url=OWN).text
    assert "本会的课" in here
    assert "别会的课" not in here
    assert "别会的课" in browser.get("/courses").text
    assert "别会的课" in browser.get("/courses?association=", base_url=OWN).text


@pytest.mark.parametrize(
    "host",
    ["evil.example", "xue.example.cn.evil.example", "evil.xue.example.cn", "x y", ""],
)
def test_an_unknown_host_is_turned_away(
    opened: AssociationId, browser: Browser, host: str
) -> None:
    assert browser.get("/", headers={"Host": host}).status_code == 400
    reset = browser.post(
        "/account/forgot",
        {"known_as": "a@x.example"},
        headers={"Host": host},
    )
    assert reset.status_code == 400


def test_a_forwarded_host_counts_for_nothing_without_a_proxy(
    opened: AssociationId, browser: Browser
) -> None:
    told = browser.get("/", headers={"X-Forwarded-Host": HOST})
    assert "欢迎来学习" not in told.text
    evil = browser.get("/", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in evil.text


def test_a_closed_domain_is_a_strangers_with_the_next_request(
    opened: AssociationId, begin: Begin, browser: Browser
) -> None:
    assert browser.get("/", base_url=OWN).status_code == 200
    with begin() as work:
        domains.close(work, opened, HOST)

    assert browser.get("/", base_url=OWN).status_code == 400


def test_a_portal_that_is_not_shown_leaves_the_houses_own_page(
    opened: AssociationId, begin: Begin, browser: Browser
) -> None:
    with begin() as work:
        faces.save_face(work, opened, Face("slxh", "示例协会", "#17406d"))

    page = browser.get("/", base_url=OWN)
    assert page.status_code == 200
    assert "示例协会" not in page.text.partition("<main")[0]


def test_who_signs_in_under_a_domain_stays_there_and_there_alone(
    app: Flask, opened: AssociationId, begin: Begin
) -> None:
    with begin() as work:
        make_accounts.account(work)
    visitor = app.test_client()
    page = visitor.get("/account/sign-in", base_url=OWN)
    token = page.text.partition('name="csrf-token" content="')[2].partition('"')[0]
    done = visitor.post(
        "/account/sign-in",
        base_url=OWN,
        data={
            "known_as": make_accounts.EMAIL,
            "password": make_accounts.PASSWORD,
            "csrf_token": token,
        },
    )

    assert done.status_code == 303
    assert done.headers["Location"].startswith("/")
    cookie = done.headers["Set-Cookie"]
    assert "Domain=" not in cookie
    assert visitor.get("/account/security", base_url=OWN).status_code == 200
    elsewhere = visitor.get("/account/security")
    assert elsewhere.status_code == 303


def test_messages_lead_to_the_house_whatever_host_was_named(
    app: Flask, opened: AssociationId, begin: Begin, browser_of: Callable[..., Browser]
) -> None:
    with begin() as work:
        hands = [
            make_accounts.staff(
                work, "manager", association_id=opened, email=f"m{n}@x.example"
            )
            for n in (1, 2)
        ]
    asks, agrees = (browser_of(one) for one in hands)
    guest = {"name": "新", "place": "n@x.example", "role": "clerk", "reason": "缺人"}
    asks.post("/console/staff/invite", guest)
    db.session.rollback()
    question = asks.get("/console/staff").text.partition("/questions/")[2][:36]
    carried = agrees.client.get_cookie("lms")
    assert carried is not None
    agrees.client.set_cookie("lms", carried.value, domain=HOST)
    page = agrees.client.get("/console/staff", base_url=OWN)
    token = page.text.partition('name="csrf-token" content="')[2].partition('"')[0]
    done = agrees.client.post(
        f"/console/staff/questions/{question}/decide",
        base_url=OWN,
        data={"answer": "yes", "comment": "", "csrf_token": token},
    )

    assert done.status_code == 303
    db.session.rollback()
    link = str(notify.demo_outbox(db.session())[0].words["link"])
    base: str = app.extensions["lms.settings"].base_url
    assert link.startswith(f"{base}/account/join/")


def test_two_managers_agree_and_the_operator_opens(
    begin: Begin, ours: AssociationId
) -> None:
    with begin() as work:
        first, second = as_manager(work, ours), as_manager(work, ours)
        with pytest.raises(Refused, match=r"domain\.unreadable"):
            domains.ask(first, ours, "localhost", "要用", end=False)
        asked = domains.ask(first, ours, OWN, "要用", end=False)
        with pytest.raises(Conflict, match=r"domain\.asked"):
            domains.ask(second, ours, HOST, "要用", end=False)
        with pytest.raises(Refused, match=r"approval\.own"):
            domains.decide(first, ours, asked, True, "")
        domains.decide(second, ours, asked, True, "")
        (card,) = queries.domains(work.session, ours)
        assert (card.host, card.opened_at) == (HOST, None)
        assert queries.house_at(work.session, HOST) is None

        domains.open_domain(work, ours, HOST)
        assert queries.house_at(work.session, HOST) == ours
        kinds = [
            one.kind for one in evidence.whole(work.session, f"association:{ours}")
        ]
        assert kinds[-2:] == ["domain.agreed", "domain.opened"]


def test_a_new_domain_ends_the_old_and_another_houses_is_not_taken(
    begin: Begin, opened: AssociationId
) -> None:
    with begin() as work:
        other = make.association(work, code="QTXH", name="另一协会")
        domains.agree(work, other, HOST)
        with pytest.raises(Conflict, match=r"domain\.taken"):
            domains.open_domain(work, other, HOST)
    with begin() as work:
        domains.open_domain(work, opened, "neu.example.cn")
        assert queries.house_at(work.session, HOST) is None
        with pytest.raises(NotFound):
            domains.close(work, opened, HOST)


def test_of_two_houses_that_are_given_a_domain_at_once_one_has_it(
    app: Flask, begin: Begin, ours: AssociationId
) -> None:
    with begin() as work:
        other = make.association(work, code="QTXH", name="另一协会")

    def deed(which: AssociationId) -> Callable[[Work], object]:
        return lambda work: domains.open_domain(work, which, HOST)

    got = race(app, [deed(ours), deed(other)])

    assert sum(isinstance(one, Conflict) for one in got) == 1
    assert got.count(HOST) == 1


def test_the_operators_commands_open_list_and_close(
    app: Flask, ours: AssociationId
) -> None:
    def run(*words: str) -> Any:
        db.session.remove()
        return app.test_cli_runner().invoke(args=["domains", *words])

    assert "own host" in run("open", "SLXH", "localhost").output
    assert "own host" in run("open", "SLXH", "127.0.0.1").output
    assert run("open", "SLXH", HOST).exit_code == 0
    assert f"{HOST}  open since" in run("list").output
    assert "domain.unreadable" in run("open", "SLXH", "no").output
    assert "association.unknown" in run("open", "NIX", HOST).output
    assert run("close", "SLXH", HOST).exit_code == 0
    assert "domain.unknown" in run("close", "SLXH", HOST).output


def test_the_page_says_what_the_operator_must_do(
    begin: Begin, ours: AssociationId, browser_of: Callable[..., Browser]
) -> None:
    with begin() as work:
        hands = [
            make_accounts.staff(
                work, "manager", association_id=ours, email=f"m{n}@x.example"
            )
            for n in (1, 2)
        ]
    asks, agrees = (browser_of(one) for one in hands)
    wrong = asks.post("/console/domain", {"host": "no", "reason": "要用"})
    assert wrong.status_code == 422
    assert 'value="no"' in wrong.text
    assert (
        asks.post("/console/domain", {"host": HOST, "reason": "要用"}).status_code
        == 303
    )
    question = agrees.get("/console/domain").text.partition("/questions/")[2][:36]
    said = agrees.post(
        f"/console/domain/questions/{question}/decide", {"answer": "yes"}
    )
    assert said.status_code == 303
    assert f"domains open SLXH {HOST}" in asks.get("/console/domain").text
