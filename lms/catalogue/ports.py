"""What the catalogue needs of the outside: a place for films."""

from dataclasses import dataclass
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


class MediaStore(Protocol):
    """Keeps films under random names, outside the web root."""

    def put(self, stream: IO[bytes]) -> StoredFilm:
        """Store a film whole, or not at all.

        Raises: Refused for what is not a film that browsers play.
        """

    def path(self, key: str) -> Path:
        """Say where a stored film lies.

        Raises: NotFound.
        """

    def drop(self, key: str) -> None:
        """Forget a film; one that is not there stays away."""
