"""Values are written as the visitor's language writes them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import force_locale

from lms.policy.model import Specialty
from lms.web import filters, messages
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)


@pytest.mark.parametrize(
    ("language", "joined", "parted", "announced"),
    [("zh", "甲、乙", "甲；乙", "甲："), ("en", "甲, 乙", "甲; 乙", "甲: ")],
)
def test_words_are_joined_as_the_language_does(
    app: Flask, language: str, joined: str, parted: str, announced: str
) -> None:
    with app.test_request_context(), force_locale(language):
        assert filters.listed(["甲", "乙"]) == joined
        assert filters.listed(["甲", "乙"], strong=True) == parted
        assert filters.colon("甲") == announced


def test_a_list_may_be_given_its_names(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert filters.listed([1, 2], {1: "one", 2: "two"}) == "one, two"


def test_a_refusal_lists_its_facts_in_the_visitors_language(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        said = messages.words("course.unsound", {"lessons": ("第一课", "第二课")})
        assert "第一课, 第二课" in said


def test_specialties_have_english_names(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        words = filters.listed(map(filters.term, (Specialty.BUILDING, Specialty.WATER)))
        assert words.isascii()
