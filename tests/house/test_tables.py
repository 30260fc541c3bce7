"""Every list of the desks leaves as a table, or it is said here why not."""

import re
from pathlib import Path

import pytest
from flask import Flask

from lms import tables

TEMPLATES = Path(tables.__file__).parent.parent / "templates"
AUDIENCES = ("api", "console", "employer", "inspector", "office")

LIST = re.compile(r'<table\b|class="list\b')
PART = re.compile(rf'from "((?:{"|".join(AUDIENCES)})/\w+\.html)" import')
LINK = re.compile(r'url_for\("([\w.]+)"')

ONE = "it shows one thing, whose parts are no list of their own"
FORM = "it is a form, or what a file that was just sent would bring"
TOLD = "each line leads to a list that has its table"

APART = {
    "console/analysis_question.html": ONE,
    "console/bank_files.html": FORM,
    "console/bank_question.html": ONE,
    "console/batch.html": "one batch; the page of its people has their table",
    "console/claim.html": ONE,
    "console/company_quote.html": FORM,
    "console/course.html": "a course leaves as one file, with all that is in it",
    "console/domain.html": "an association has one address of its own",
    "console/home.html": TOLD,
    "console/invoice.html": ONE,
    "console/invoice_layout.html": FORM,
    "console/invoice_upload.html": FORM,
    "console/keys.html": "an owner has three keys, which anybody may fetch",
    "console/legacy_columns.html": FORM,
    "console/legacy_link.html": FORM,
    "console/line.html": ONE,
    "console/merges_of.html": "one person's likeness; the table of pairs has all",
    "console/order.html": ONE,
    "console/people_record.html": "one person; their own data leave by their own hand",
    "console/plan.html": ONE,
    "console/plan_form.html": FORM,
    "console/setup.html": TOLD,
    "console/staff_one.html": "one post; the table of decisions has all",
    "console/statement_draft.html": FORM,
    "console/teacher.html": ONE,
    "console/teacher_scan.html": ONE,
    "console/teaching.html": FORM,
    "console/today.html": TOLD,
    "employer/audit.html": ONE,
    "employer/begin.html": FORM,
    "employer/company.html": "the company itself, its few agents and its proof",
    "employer/home.html": TOLD,
    "employer/order.html": ONE,
    "employer/person.html": "one person; the table of people has all",
    "employer/quote.html": ONE,
    "employer/quote_new.html": FORM,
    "employer/roster.html": FORM,
    "employer/shelf.html": "one person's papers leave as a package",
    "inspector/film.html": "one person's proofs leave as a package",
    "inspector/proof.html": "one person's proofs leave as a package",
    "inspector/search.html": "who was looked for is shown once, for a reason",
    "office/application.html": ONE,
    "office/audit.html": ONE,
}
"""Pages with rows and without a table, each with its reason."""


def lists() -> dict[str, str]:
    """Give each page that has rows, with its text; its parts' rows are its own."""
    found = {}
    for audience in AUDIENCES:
        for file in sorted((TEMPLATES / audience).glob("*.html")):
            text = file.read_text("utf-8")
            parts = [(TEMPLATES / one).read_text("utf-8") for one in PART.findall(text)]
            if "{% extends" in text and LIST.search("".join([text, *parts])):
                found[f"{audience}/{file.name}"] = text
    return found


LISTS = lists()


@pytest.fixture
def taken(house: Flask) -> set[str]:
    """Every door behind which a table is given; a sheet to fill in is none."""
    return {
        rule.endpoint
        for rule in house.url_map.iter_rules()
        if rule.rule.endswith((".xlsx", "/export", "/export/<form>"))
        and not rule.rule.endswith("/model.xlsx")
    }


def has_table(text: str, taken: set[str]) -> bool:
    return any(one in taken for one in LINK.findall(text))


def test_every_list_of_the_desks_leaves_as_a_table_or_is_named_with_its_reason(
    taken: set[str],
) -> None:
    without = {name for name, text in LISTS.items() if not has_table(text, taken)}

    assert without - set(APART) == set()


def test_no_reason_outlives_the_page_that_it_was_for(taken: set[str]) -> None:
    stale = {
        name for name in APART if name not in LISTS or has_table(LISTS[name], taken)
    }

    assert not stale


def test_a_new_list_without_a_table_would_be_seen(taken: set[str]) -> None:
    page = '{% extends "base.html" %}<ul class="list">{{ url_for("console.home") }}'

    assert LIST.search(page)
    assert not has_table(page, taken)
    assert has_table(LISTS["console/orders.html"], taken)
