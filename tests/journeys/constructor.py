"""The whole way of one constructor, which desk and phone walk in files of their own."""

from __future__ import annotations

import re

from lms.kernel import pii
from tests.browser import Tour, opened
from tests.journeys import way
from tests.journeys.house import RunningHouse
from tests.journeys.way import Person


def walk(
    tour: Tour, house: RunningHouse, person: Person, course: str, pay_by: str
) -> None:
    """From the front door to a certificate that a stranger can check."""
    way.sign_up(tour, person)
    way.complete_profile(tour, person)
    way.buy(tour, course, pay_by)
    _study(tour, course)
    assert house.backstage("hours", person.name)
    way.sit_exam(tour, house, leave=True)
    file = way.claim_certificate(tour)
    link = way.read_code(file, tour.folder / "certificate.png")
    assert link.startswith(f"{house.url}/v/")
    browser = tour.page.context.browser
    assert browser
    with opened(browser, house.url, tour.screen) as stranger:
        words = way.check_as_stranger(tour, stranger, link)
    assert "证书真实有效" in words
    assert pii.mask_name(person.name) in words
    assert pii.mask_id(person.id_number) in words
    assert person.name not in words
    assert person.id_number not in words
    _ask_renewal(tour)


def _study(tour: Tour, course: str) -> None:
    tour.follow(tour.link("开始学习"))
    tour.look("centre")
    tour.follow(tour.link("开始学习"))
    lesson = way.watch_film(tour)
    tour.follow(tour.link("看我的学时"))
    tour.look("hours")
    ring = tour.page.get_by_role("link", name=re.compile("^必修：已得 1"))
    tour.follow(ring.first)
    tour.says(lesson)
    tour.look("hours-postings")


def _ask_renewal(tour: Tour) -> None:
    if tour.screen.touch:
        tour.account_menu("能否延续")
    else:
        tour.menu("能否延续")
    tour.page.locator(".verdict h2").wait_for()
    tour.look("renewal")
    clauses = tour.page.get_by_text(re.compile("依据.*(令|号|第.+条)"))
    assert clauses.count()
