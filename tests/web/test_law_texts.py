"""What the flows say can be read in English; what is signed stays Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from lms.kernel.db import db
from lms.policy.flow import Flow
from lms.policy.flows import CLOSURES, NOT_OFFERED, SHELF
from lms.policy.model import Province
from lms.registration.queries import applications
from lms.registration.rules.dossier import joined
from lms.web.law_texts import aid, english, law_text
from tests.conftest import Browser
from tests.spread import PAGES
from tests.web.records.ground import MINE, World, seen

pytestmark = pytest.mark.sqlite_alone(PAGES)

CHINESE = re.compile(r"[\u3001-\u9fff\uff00-\uffef]")
ASIDE = {each.words for each in NOT_OFFERED} | {each.words for each in CLOSURES}
BY_KEY = [pytest.param(flow, id=flow.key) for flow in SHELF]


def texts(flow: Flow) -> Iterator[str]:
    """Give every text of a flow that somebody reads; citations stay as they are."""
    yield flow.title
    yield flow.commitment_source
    yield from flow.notices
    yield from flow.commitments.values()
    for step in flow.steps:
        yield step.office
    for material in (*flow.materials, *joined(flow.materials)):
        yield material.title
        yield material.note
    for contact in flow.contacts:
        yield contact.topic
        yield contact.place
    for kind in flow.exempt_kinds:
        yield kind.words


@pytest.mark.parametrize("flow", BY_KEY)
def test_every_text_of_a_flow_can_be_read_in_english(app: Flask, flow: Flow) -> None:
    with app.test_request_context(), force_locale("en"):
        silent = [text for text in texts(flow) if text and not aid(text)]
    assert silent == []


def test_what_is_not_taken_and_when_can_be_read_too(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        silent = [words for words in ASIDE if not aid(words)]
    assert silent == []


def test_no_english_is_left_of_a_text_that_is_gone() -> None:
    there = {text for flow in SHELF for text in texts(flow)}
    assert set(english()) - there - ASIDE == set()


def test_english_is_english() -> None:
    assert [said for said in english().values() if CHINESE.search(said)] == []
    assert all(said.strip() == said for said in english().values())


def test_who_reads_chinese_reads_the_provinces_own_words(app: Flask) -> None:
    with app.test_request_context(), force_locale("zh"):
        assert law_text("延期注册") == "延期注册"
        assert aid("延期注册") == ""
    with app.test_request_context(), force_locale("en"):
        assert law_text("延期注册") == "Extension of registration"
        assert law_text("尚无译文") == "尚无译文"


@pytest.fixture
def world(app: Any, begin: Callable[..., Any], browser_of: Any) -> World:
    return World(begin, browser_of)


def speak(browser: Browser, language: str) -> None:
    with browser.client.session_transaction() as kept:
        kept["lang"] = language


def test_the_way_and_the_papers_are_read_in_english(world: World) -> None:
    who = world.cast(Province.SICHUAN)
    here = world.start(who)
    browser = world.browser(who)
    speak(browser, "en")

    way = browser.get(here).text
    papers = browser.get(f"{here}/materials").text
    new = browser.get(f"{MINE}/new/change/ordinary").text

    assert "training and registration centre accepts online" in way
    assert "Constructor&#39;s application form for renewal" in papers
    assert "Within a year after a change of registration no further change" in new


def test_a_commitment_is_signed_in_chinese_beside_its_english(world: World) -> None:
    who = world.cast(Province.SICHUAN)
    here = world.start(who)
    browser = world.browser(who)
    assert "I commit:" not in browser.get(f"{here}/commitment").text
    speak(browser, "en")

    page = browser.get(f"{here}/commitment").text
    browser.post(f"{here}/commitment", seen(world, here, agreed="y"))

    words = world.card(here).flow.commitments["person"]
    assert words in page
    assert "I commit: what I have filled in and handed in is true" in page
    assert re.search(rf'lang="zh-CN">{re.escape(words)}</p>', page)
    db.session.rollback()
    (signed,) = applications.commitments(db.session(), world.card(here).id)
    assert signed.words == words
