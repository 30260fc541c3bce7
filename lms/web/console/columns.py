"""What the pages share that ask which column of a sheet is what."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, request

What = TypeVar("What", bound=StrEnum)

_DIGITS = 3
"""No sheet has more rows above its heads, or more columns."""


def columns_in(form: Mapping[str, str], fields: type[What]) -> dict[What, int]:
    """Read which column was chosen for what."""
    told = {name: place(form.get(name.value, "")) for name in fields}
    return {name: n for name, n in told.items() if n >= 0}


def place(said: str) -> int:
    """Read the number of a row or column, from 0; -1 for what is none."""
    return int(said) if said.isdecimal() and len(said) <= _DIGITS else -1


def make_room(bp: Blueprint, endpoint: str, size: int) -> None:
    """Let one page of a blueprint take files of so many bytes."""

    # Runs before CSRF reads the form, which is where the general limit would bite.
    @bp.url_value_preprocessor
    def _make_room(asked: str | None, _values: dict[str, Any] | None) -> None:
        if asked == f"{bp.name}.{endpoint}":
            request.max_content_length = size
