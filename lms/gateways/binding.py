"""Binds the papers of a dossier into one PDF, in a process of its own with limits."""

import json
from collections.abc import Sequence

from lms.gateways import rooms
from lms.kernel.errors import Refused, Unavailable
from lms.registration.ports.dossier import Bound


class LocalBinder:
    """`Binder` on this machine."""

    def bind(self, papers: Sequence[tuple[str, bytes]], most: int) -> Bound:
        """Make one PDF of papers that fits."""
        head = {
            "most": most,
            "papers": [[media, len(body)] for media, body in papers],
        }
        told = json.dumps(head).encode() + b"\n" + b"".join(b for _m, b in papers)
        done = rooms.enter("bindery", told, unreadable="dossier.cannot_bind")
        line, _newline, pdf = done.stdout.partition(b"\n")
        if not line:
            # A bomb that met its limit.
            raise Refused("dossier.cannot_bind")
        answer = json.loads(line)
        if "refused" in answer:
            raise Refused(answer["refused"], most=most // 2**20)
        if done.returncode != 0 or not pdf:
            raise Unavailable("photo.studio")
        return Bound(pdf, answer["pages"])
