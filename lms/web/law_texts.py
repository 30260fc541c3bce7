"""What flows say, for who reads English: an aid to reading; the Chinese counts.

The texts stand in `lms/policy/flows` in the provinces' own words. Their English is
beside this file, under the same words.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from flask import Flask

from lms.web import speech

_PLACE = Path(__file__).with_name("law_texts.en.po")
_BETWEEN = "；"


@cache
def english() -> Mapping[str, str]:
    """Give the English of every text that has one."""
    with _PLACE.open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id}


def aid(text: str) -> str:
    """Give a text's English, where English is spoken; "" where there is none."""
    return "" if speech.language() == "zh" else _found(text)


def law_text(text: str) -> str:
    """Give a text in the visitor's language; without English it stays Chinese."""
    return aid(text) or text


def _found(text: str) -> str:
    """Find a text, or the two that were made one for a paper asked for twice."""
    known = english()
    if text in known:
        return known[text]
    for place, sign in enumerate(text):
        first, second = text[:place], text[place + 1 :]
        if sign == _BETWEEN and first in known and second in known:
            return f"{known[first]} {known[second]}"
    return ""


def register(app: Flask) -> None:
    """Give the words to templates."""
    app.jinja_env.filters.update(law_text=law_text, law_aid=aid)
