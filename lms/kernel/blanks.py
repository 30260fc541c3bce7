"""Words with blanks in them, as people write them: `您的订单 {订单号} 已付款`. Pure.

A blank is a name in braces from a fixed list. Each is put in once; nothing that stands
in a value, or in the words themselves, is ever evaluated.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

_BLANK = re.compile(r"\{([^{}\n]{0,20})\}")


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with words that have blanks: a code, and the blank it is about."""

    code: str
    name: str = ""


def names(text: str) -> tuple[str, ...]:
    """Name the blanks of a text, in their order."""
    return tuple(_BLANK.findall(text))


def flaws(
    text: str, known: Collection[str], must: Collection[str] = ()
) -> Iterator[Flaw]:
    """Say what is wrong: blanks that nobody fills, lone braces, and what may not lack.

    >>> [one.code for one in flaws("{订单号} {x}", {"订单号"}, {"金额"})]
    ['blank.unknown', 'blank.missing']
    """
    found = names(text)
    yield from (
        Flaw("blank.unknown", name)
        for name in dict.fromkeys(found)
        if name not in known
    )
    if re.search(r"[{}]", _BLANK.sub("", text)):
        yield Flaw("blank.brace")
    yield from (Flaw("blank.missing", name) for name in must if name not in found)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put values into their blanks, once.

    Raises: KeyError for a blank without a value.
    """
    return _BLANK.sub(lambda found: values[found[1]], text)
