"""What people typed is safe to store, to show and to find."""

import re

import pytest

from lms.kernel.credit import Credit, hours_text
from lms.kernel.ids import check_character
from lms.kernel.text import clean_html, inert, normal, plain


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<p style="background:url(//evil)">x</p>',
        "<iframe srcdoc='<script>1</script>'></iframe>",
        "<math><style><img src=x onerror=alert(1)></style></math>",
        '<form action="//evil"><input name=x></form>',
        '<a href="data:text/html,<script>1</script>">x</a>',
        "<p onclick=alert(1)>x</p>",
    ],
)
def test_nothing_hostile_survives(hostile: str) -> None:
    tags = " ".join(re.findall(r"<[^>]*>", clean_html(hostile).lower()))

    for sign in ("script", "onerror", "onload", "onclick", "iframe", "form", "svg",
                 "style", "data:"):  # fmt: skip
        assert sign not in tags


@pytest.mark.parametrize(
    "there", ["//evil.example", "/\\\\evil.example", " //evil.example"]
)
def test_an_address_without_a_scheme_leads_nowhere_else(there: str) -> None:
    assert "evil" not in clean_html(f'<a href="{there}">x</a>')
    assert 'href="/courses"' in clean_html('<a href="/courses">x</a>')


def test_bare_addresses_become_links_that_tell_nobody() -> None:
    assert clean_html("见 http://example.com") == (
        '见 <a href="http://example.com" rel="noopener noreferrer">'
        "http://example.com</a>"
    )


def test_cleaning_twice_changes_nothing() -> None:
    once = clean_html('<h3>一</h3><ul><li><a href="https://x.cn">链</a></li></ul>')
    assert clean_html(once) == once


def test_plain_words_for_search() -> None:
    assert plain("<p>安全 &amp; <b>质量</b></p>") == "安全 & 质量"
    assert normal("  张\u200b三\t \n") == "张三"


@pytest.mark.parametrize(
    ("amount", "shown"), [(6000, "60"), (150, "1.5"), (125, "1.25"), (-25, "-0.25")]
)
def test_hours_are_written_without_trailing_zeros(amount: int, shown: str) -> None:
    assert hours_text(Credit(amount)) == shown


def test_the_check_character_finds_a_wrong_sign_and_a_swap() -> None:
    number = "YSJXJXJY20260000149"
    good = check_character(number)

    assert check_character(number.replace("149", "148")) != good
    assert check_character(number.replace("149", "194")) != good


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\n"])
def test_no_cell_of_a_plain_table_begins_a_formula(sign: str) -> None:
    assert inert(f"{sign}HYPERLINK(1)").startswith("'")
    assert inert("") == ""
    assert inert(f"张{sign}") == f"张{sign}"
