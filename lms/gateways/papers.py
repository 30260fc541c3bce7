"""Takes in the papers that prove a claim: pictures are redrawn, PDFs must be inert.

The web process opens none of them: `python -m lms.gateways.paperroom` walks a PDF in a
process of its own, with limits.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from lms.claims.ports import Paper
from lms.gateways import photo
from lms.kernel.errors import Refused, Unavailable

_ROOT = Path(__file__).parents[2]
_PDF = b"%PDF-"
_REFUSED = 3


class LocalPaperDesk:
    """`PaperDesk` on this machine."""

    def __init__(self) -> None:
        self._studio = photo.LocalStudio()

    def paper(self, upload: bytes) -> Paper:
        """Make a paper that is safe to show."""
        if not upload:
            raise Refused("upload.empty")
        if len(upload) > photo.UPLOAD_BYTES:
            raise Refused("paper.too_big")
        sent = hashlib.sha256(upload).digest()
        if upload.startswith(_PDF):
            _inert(upload)
            return Paper("application/pdf", upload, sent)
        if not photo.is_picture(upload):
            raise Refused("paper.format")
        return Paper("image/jpeg", self._studio.paper(upload), sent)


def _inert(upload: bytes) -> None:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "lms.gateways.paperroom"],
            input=upload,
            capture_output=True,
            timeout=photo.SECONDS,
            check=False,
            cwd=_ROOT,
            env=photo.environment(),
            preexec_fn=photo.fence,
        )
    except subprocess.TimeoutExpired as late:
        raise Refused("paper.unreadable") from late
    if done.returncode == _REFUSED:
        raise Refused(done.stdout.decode().strip())
    if done.returncode < 0:
        raise Refused("paper.unreadable")
    if done.returncode != 0:
        raise Unavailable("photo.studio")
