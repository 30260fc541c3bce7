"""Opens uploaded pictures in a process of its own, with limits, and redraws them.

The web process never decodes an upload: `python -m lms.gateways.photo KIND` reads the
bytes from its input and answers with one line of JSON and the new picture.
"""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from lms.kernel.errors import Refused, Unavailable
from lms.people.ports import Portrait

SECONDS = 60
MEMORY = 512 * 2**20
UPLOAD_BYTES = 10 * 2**20

_ROOT = Path(__file__).parents[2]
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def is_picture(upload: bytes) -> bool:
    """Tell JPEG, PNG and WebP by their first bytes; nothing else is taken."""
    webp = upload[:4] == b"RIFF" and upload[8:12] == b"WEBP"
    return webp or upload.startswith(_MAGIC)


class LocalStudio:
    """The studios of this machine: Pillow and OpenCV, fenced in."""

    def portrait(self, upload: bytes, *, framed: bool = False) -> Portrait:
        """Cut a one-inch photo."""
        answer, body = self._develop("framed" if framed else "portrait", upload)
        return Portrait(body, answer["finding"], tuple(answer["hints"]))

    def signature(self, upload: bytes) -> bytes:
        """Make a trimmed, transparent PNG."""
        return self._develop("signature", upload)[1]

    def paper(self, upload: bytes) -> bytes:
        """Make a readable JPEG."""
        return self._develop("paper", upload)[1]

    def cover(self, upload: bytes) -> bytes:
        """Make a wide JPEG for a course."""
        return self._develop("cover", upload)[1]

    def logo(self, upload: bytes) -> bytes:
        """Make a trimmed PNG of at most 640 pixels."""
        return self._develop("logo", upload)[1]

    def _develop(self, kind: str, upload: bytes) -> tuple[dict[str, Any], bytes]:
        if not upload:
            raise Refused("upload.empty")
        if len(upload) > UPLOAD_BYTES:
            raise Refused("photo.too_big")
        if not is_picture(upload):
            raise Refused("photo.format")
        try:
            done = subprocess.run(
                [sys.executable, "-m", "lms.gateways.darkroom", kind],
                input=upload,
                capture_output=True,
                timeout=SECONDS,
                check=False,
                cwd=_ROOT,
                env=environment(),
                preexec_fn=fence,
            )
        except subprocess.TimeoutExpired as late:
            raise Refused("photo.unreadable") from late
        return _read(done)


def environment() -> dict[str, str]:
    """Give the child nothing of ours but a path: no keys, one thread."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", ""),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def fence() -> None:
    """Bound what a child may use: time, memory, files."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))


def _read(
    done: "subprocess.CompletedProcess[bytes]",
) -> tuple[dict[str, Any], bytes]:
    if done.returncode < 0 or not done.stdout:
        # A bomb that met its limit, or a picture that no decoder understands.
        raise Refused("photo.unreadable")
    head, _newline, body = done.stdout.partition(b"\n")
    answer = json.loads(head)
    if "refused" in answer:
        raise Refused(answer["refused"])
    if done.returncode != 0 or not body:
        raise Unavailable("photo.studio")
    return answer, body
