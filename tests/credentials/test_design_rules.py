"""What a design may be: colours, words, places, and nothing that runs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credentials.rules.designs import (
    DEFAULT,
    LOGO_BYTES,
    LONGEST,
    PLACEHOLDERS,
    SEAL_ACROSS,
    SEAL_DOWN,
    Design,
    Layout,
    Part,
    faulty,
    filled,
    guarded,
    problems,
    strange,
)
from lms.kernel.colours import contrast


def test_the_houses_own_design_is_sound() -> None:
    assert problems(DEFAULT) == ()
    assert strange(DEFAULT.sentence) == ()


@pytest.mark.parametrize("layout", list(Layout))
def test_a_design_comes_back_as_it_was_stored(layout: Layout) -> None:
    design = Design(
        layout=layout, accent="#17406d", title="证明", extra="一行", seal=(-12, 5),
        shown=frozenset({Part.PHOTO}), logo=b"png", version=7,
    )  # fmt: skip
    kept = json.loads(json.dumps(design.stored()))

    assert Design.restored(kept, logo=b"png", version=7) == design


def test_what_an_older_house_did_not_store_is_as_it_was_then() -> None:
    assert Design.restored({}) == DEFAULT
    assert Design.restored({"layout": "of another age", "shown": None}) == DEFAULT
    some = Design.restored({"title": "证明", "shown": ["photo", "of another age"]})
    assert some.title == "证明"
    assert some.shown == {Part.PHOTO}


def test_a_design_can_key_a_cache() -> None:
    assert {DEFAULT: 1}[Design()] == 1
    assert hash(replace(DEFAULT, logo=b"x")) != hash(DEFAULT)


# -- words of other papers ----------------------------------------------------------


@pytest.mark.parametrize(
    ("over", "where"),
    [
        ({"title": "注册证书"}, "title"),
        ({"heading": "二级建造师", "title": "注册证书"}, "title"),
        ({"heading": "中华人民共和国二级注册", "title": "建造师证书"}, "title"),
        ({"title": "身 份·证"}, "title"),
        ({"title": "註冊證書"}, "title"),
        ({"heading": "居民身份証", "title": "正本"}, "title"),
        ({"heading": "住房和城乡建设部"}, "title"),
        ({"heading": "内蒙古自治区住房和城乡建设厅", "title": "合格证"}, "title"),
        ({"subtitle": "REGISTRATION  CERTIFICATE"}, "subtitle"),
        ({"subtitle": "PEOPLE'S REPUBLIC OF CHINA"}, "subtitle"),
        ({"subtitle": "I.D. Card / ID-CARD"}, "subtitle"),
        ({"extra": "住房和城乡建设部监制"}, "extra"),
        (
            {"sentence": "经{name}学习，由内蒙古自治区住房和城乡建设厅颁发此证"},
            "sentence",
        ),
    ],
)
def test_a_design_may_not_go_by_the_name_of_another_paper_or_office(
    over: dict[str, Any], where: str
) -> None:
    design = replace(DEFAULT, **over)

    assert problems(design) == (f"design.{where}_protected",)
    assert guarded(design)[where]
    assert faulty(design, problems(design)[0]) == guarded(design)[where]


@pytest.mark.parametrize(
    "over",
    [
        {"heading": "二级注册建造师继续教育培训", "title": "结业证书"},
        {"title": "学时证明"},
        {"subtitle": "CERTIFICATE OF COMPLETION, 120 HOURS"},
        {"extra": "凭本证书办理二级建造师注册证书的延续注册。"},
        {"sentence": "{name}依照住房和城乡建设部《注册建造师管理规定》完成学习。"},
    ],
)
def test_a_design_may_speak_of_what_its_certificate_is_for(
    over: dict[str, Any],
) -> None:
    assert problems(replace(DEFAULT, **over)) == ()


# -- words --------------------------------------------------------------------------


def test_a_placeholder_is_replaced_once_and_not_looked_at_again() -> None:
    said = {"name": "{number}{0.__class__}%s$name", "number": "123"}

    assert filled("{name}，{number}", said) == "{number}{0.__class__}%s$name，123"


@pytest.mark.parametrize(
    "attack",
    [
        "{name.__class__}", "{0}", "{name!r}", "{name:>99999999}", "{self}", "{}",
        "{{ config }}", "{% raw %}", "${name}", "%(name)s", "{name[0]}", "{NAME}",
    ],
)  # fmt: skip
def test_nothing_in_a_sentence_is_evaluated(attack: str) -> None:
    said = filled(attack, dict.fromkeys(PLACEHOLDERS, "张三"))
    named = problems(replace(DEFAULT, sentence=attack))

    expected = {"${name}": "$张三"}.get(attack, attack)
    assert said == expected
    if attack not in {"${name}", "%(name)s"}:
        assert {"design.placeholder", "design.brace"} & set(named)


@given(st.text(max_size=60))
def test_any_text_goes_through_unharmed_or_is_refused(text: str) -> None:
    said = filled(text, {})
    if "{" not in text:
        assert said == text
    problems(replace(DEFAULT, sentence=text, title=text, subtitle=text))


def test_a_strange_placeholder_is_named() -> None:
    assert strange("{name}{姓名}{x}{姓名}") == ("姓名", "x")
    wrong = problems(replace(DEFAULT, sentence="兹证明{姓名}合格"))
    assert wrong == ("design.placeholder",)


def test_every_text_has_a_longest_and_what_may_not_be_empty_is_said() -> None:
    for name, longest in LONGEST.items():
        most: dict[str, Any] = {name: "x" * longest}
        more: dict[str, Any] = {name: "x" * (longest + 1)}
        assert problems(replace(DEFAULT, **most)) == ()
        assert problems(replace(DEFAULT, **more)) == (f"design.{name}_long",)
    assert problems(replace(DEFAULT, title=" ")) == ("design.title_missing",)
    assert problems(replace(DEFAULT, sentence="")) == ("design.sentence_missing",)
    assert problems(replace(DEFAULT, subtitle="", heading="", extra="")) == ()


@pytest.mark.parametrize("sign", ["\u202e", "\u0000", "\n", "\ud800", "\u200b"])
def test_a_sign_that_cannot_be_seen_is_refused(sign: str) -> None:
    assert "design.strange_sign" in problems(replace(DEFAULT, title=f"合{sign}格"))


def test_the_english_line_is_english() -> None:
    assert problems(replace(DEFAULT, subtitle="Сertificate")) == (
        "design.subtitle_not_english",
    )


# -- colours and places ---------------------------------------------------------------


def test_colours_keep_their_contrast_with_paper() -> None:
    assert contrast("#767676") == pytest.approx(4.54, abs=0.01)
    assert problems(replace(DEFAULT, accent="#777777")) == ("design.accent_pale",)
    assert problems(replace(DEFAULT, accent="#767676")) == ()
    assert problems(replace(DEFAULT, ink="#767676")) == ("design.ink_pale",)


@pytest.mark.parametrize("colour", ["", "red", "#fff", "#GGGGGG", "#9c171a;", "url(x)"])
def test_a_colour_is_six_digits_and_nothing_else(colour: str) -> None:
    assert problems(replace(DEFAULT, accent=colour)) == ("design.colour",)


def test_the_seal_stays_near_its_place() -> None:
    corners = [(x, y) for x in SEAL_ACROSS for y in SEAL_DOWN]
    assert all(problems(replace(DEFAULT, seal=one)) == () for one in corners)
    for seal in ((SEAL_ACROSS[0] - 1, 0), (0, SEAL_DOWN[1] + 1), (10**9, 0)):
        assert problems(replace(DEFAULT, seal=seal)) == ("design.seal_far",)


def test_a_logo_has_a_largest_size() -> None:
    assert problems(replace(DEFAULT, logo=b"x" * LOGO_BYTES)) == ()
    assert problems(replace(DEFAULT, logo=b"x" * (LOGO_BYTES + 1))) == (
        "design.logo_big",
    )


def test_what_makes_a_certificate_cannot_be_left_off() -> None:
    hidden = {"name", "number", "specialties", "hours", "issuer", "issued_on", "code"}
    assert not hidden & {one.value for one in Part}
