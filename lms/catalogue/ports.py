"""What the catalogue needs of the outside: a place for films and covers."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol


@dataclass(frozen=True, slots=True)
class StoredFilm:
    """A film that was stored and looked into. Units: bytes, whole seconds."""

    key: str
    sha256: str
    size: int
    codec: str
    duration_seconds: int


class CoverStudio(Protocol):
    """Redraws an uploaded picture as a cover, far from the web process."""

    def cover(self, upload: bytes) -> bytes:
        """Cut a JPEG of 960 x 400 pixels out of the middle.

        Raises: Refused when it is no picture we take; Unavailable.
        """


class MediaStore(Protocol):
    """Keeps films under random names, outside the web root."""

    def put(self, stream: IO[bytes]) -> StoredFilm:
        """Store a film whole, or not at all.

        Raises: Refused for what is not a film that browsers play.
        """

    def put_picture(self, jpeg: bytes) -> str:
        """Store a picture that was redrawn here; give its key."""

    def path(self, key: str) -> Path:
        """Say where a stored film lies.

        Raises: NotFound.
        """

    def older(self, than: datetime) -> tuple[str, ...]:
        """List what was stored before an instant."""

    def drop_drafts(self, before: datetime) -> None:
        """Forget what was begun before an instant and never stored whole."""

    def drop(self, key: str) -> None:
        """Forget a film; one that is not there stays away."""
