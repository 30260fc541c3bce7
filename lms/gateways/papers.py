"""Takes in the papers that prove a claim: pictures are redrawn, PDFs must be inert.

The web process opens none of them: `python -m lms.gateways.paperroom` walks a PDF in a
process of its own, with limits.
"""

import hashlib

from lms.claims.ports import Paper
from lms.gateways import photo, rooms
from lms.kernel.errors import Refused

_PDF = b"%PDF-"


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
            rooms.answer("paperroom", upload, unreadable="paper.unreadable")
            return Paper("application/pdf", upload, sent)
        if not photo.is_picture(upload):
            raise Refused("paper.format")
        return Paper("image/jpeg", self._studio.paper(upload), sent)
