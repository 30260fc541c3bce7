"""Whether a supplement brought anything: the same file again is nothing. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lms.policy.flow import MaterialKind

LEAST_WORDS = 10
"""Units: characters. Who can change nothing says why in so many at least."""


@dataclass(frozen=True, slots=True)
class Held:
    """One paper that counts. `sent` is the digest of the file as it was uploaded.

    `made_of` are the ids of the papers that the house merged it from.
    """

    id: str
    kind: MaterialKind
    sent: bytes
    said: Mapping[str, Any]
    made_of: tuple[str, ...] = ()


def digest(papers: Iterable[Held], likeness: Iterable[bytes]) -> str:
    """Sum up what the desk would look at: papers, what is said of them, likeness.

    A merged file is as new as what it was merged from, however often it is made.
    """
    held = sorted(papers, key=lambda one: one.kind)
    by_id = {one.id: one.sent.hex() for one in held}
    listed = [
        [
            one.kind.value,
            [by_id.get(part, part) for part in one.made_of] or one.sent.hex(),
            {name: said for name, said in one.said.items() if name != "made_of"},
        ]
        for one in held
    ]
    seen = [hashlib.sha256(picture).hexdigest() for picture in likeness]
    told = json.dumps([listed, seen], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def explained(reason: str) -> bool:
    """Tell whether somebody says enough of why nothing could be changed."""
    return len(reason.strip()) >= LEAST_WORDS
