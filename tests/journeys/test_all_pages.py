"""Every page of console, employer and office, as each who may see it meets it.

In Chinese each page is judged whole at a desk and on a phone; in English, whose words
are longer, for what differs: its language, and whether it still fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from playwright.sync_api import Browser

from tests.browser import DESK, PHONE, opened
from tests.house import ground as grounds
from tests.journeys import corridor
from tests.journeys.corridor import OTHERS, STAFF, Corridor
from tests.journeys.judge import Judge, Kind

everybody = pytest.mark.parametrize("who", STAFF)
Judges = Callable[[str, str], Judge]
Asked = tuple[Sequence[str], Callable[[Judge, bool], Iterator[str]]]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corridor]:
    for ground in grounds.made(tmp_path_factory):
        ground.enter()
        with corridor.on_a_port(ground) as found:
            yield found


@pytest.fixture
def judges(chromium: Browser, walked: Corridor) -> Iterator[Judges]:
    """Give the browser of somebody who is signed in and speaks a language."""
    contexts = []

    def _judge(who: str, language: str) -> Judge:
        context = opened(chromium, walked.url, DESK)
        contexts.append(context)
        context.add_cookies([walked.cookie(who, language)])
        return Judge(context.new_page())

    yield _judge
    for context in contexts:
        context.close()


def faults(walked: Corridor, judge: Judge, who: str, asked: Asked) -> list[str]:
    """Walk what is somebody's to walk, and ask of each page what is to be asked."""
    order, ask = asked
    found = []
    for nth, place in enumerate(walked.places(who, order)):
        kind = judge.open(place)
        if kind is Kind.PAGE:
            found += [f"{who} {place}: {one}" for one in ask(judge, nth == 0)]
        elif kind is Kind.NOTHING:
            found.append(f"{who} {place}: there is no page")
    return found


@pytest.mark.browser
@everybody
def test_every_page_is_whole_at_a_desk_and_on_a_phone(
    walked: Corridor, judges: Judges, who: str
) -> None:
    found = faults(walked, judges(who, "zh"), who, (STAFF, whole))
    assert not found, "\n".join(found)


def whole(judge: Judge, first: bool) -> Iterator[str]:
    yield from judge.head("zh-CN")
    yield from judge.lit()
    yield from judge.axe()
    yield from judge.keys(whole=first)
    if first:
        yield from judge.menu()
    yield from judge.asks_first()
    yield from judge.fits(DESK)
    yield from judge.fits(PHONE)
    yield from judge.lit()
    yield from judge.heard()


@pytest.mark.browser
@everybody
def test_every_page_fits_in_english(walked: Corridor, judges: Judges, who: str) -> None:
    found = faults(walked, judges(who, "en"), who, (OTHERS, in_english))
    assert not found, "\n".join(found)


def in_english(judge: Judge, _first: bool) -> Iterator[str]:
    yield from judge.head("en")
    yield from judge.fits(DESK)
    yield from judge.fits(PHONE)
    yield from judge.heard()
