"""What a long run gives back to the machine."""

import ctypes
import ctypes.util
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _trimming() -> Any:  # noqa: ANN401 - a function of the C library, or nothing
    name = ctypes.util.find_library("c")
    return getattr(ctypes.CDLL(name), "malloc_trim", None) if name else None


def give_back() -> None:
    """Give the machine what was freed; glibc keeps it otherwise.

    Files of a hundred kilobytes, made by the thousand, leave holes in the heap that
    never close: a process that keeps no object grows by ten kilobytes with each.
    Where the C library is another, nothing happens.
    """
    trim = _trimming()
    if trim is not None:
        trim(0)
