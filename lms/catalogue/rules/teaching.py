"""How those who teach are named where one line must do. Pure."""

from collections.abc import Iterable

MOST_TEACHERS = 8
LINE = 40


def in_one_line(names: Iterable[str]) -> str:
    """Name some teachers in one line, the first ones where there are many.

    >>> in_one_line(["李文博", "王海峰"])
    '李文博、王海峰'
    """
    said = ""
    for name in names:
        longer = f"{said}、{name}" if said else name
        if len(longer) > LINE:
            return f"{said}等"
        said = longer
    return said
