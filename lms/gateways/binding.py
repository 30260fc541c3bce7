"""Binds the papers of a dossier into one PDF, in a process of its own with limits."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from lms.gateways import photo
from lms.kernel.errors import Refused, Unavailable
from lms.registration.ports.dossier import Bound

_ROOT = Path(__file__).parents[2]


class LocalBinder:
    """`Binder` on this machine."""

    def bind(self, papers: Sequence[tuple[str, bytes]], most: int) -> Bound:
        """Make one PDF of papers that fits."""
        head = {
            "most": most,
            "papers": [[media, len(body)] for media, body in papers],
        }
        told = json.dumps(head).encode() + b"\n" + b"".join(b for _m, b in papers)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "lms.gateways.bindery"],
                input=told,
                capture_output=True,
                timeout=photo.SECONDS,
                check=False,
                cwd=_ROOT,
                env=photo.environment(),
                preexec_fn=photo.fence,
            )
        except subprocess.TimeoutExpired as late:
            raise Refused("dossier.cannot_bind") from late
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
