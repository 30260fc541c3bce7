"""What the catalogue needs of the outside: a place for films and covers, and a lab."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StoredFilm:
    """A film that was stored and looked into. Units: bytes, whole seconds."""

    key: str
    sha256: str
    size: int
    codec: str
    duration_seconds: int


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """What an upload is, by its bytes. Units: pixels as seen, whole seconds."""

    format: str
    width: int
    height: int
    seconds: int


@dataclass(frozen=True, slots=True)
class CutQuality:
    """One quality as it was made, a file of pieces under a key.

    Units: `bandwidth` bits a second at its most; bytes; of a piece milliseconds, place
    and size in bytes.
    """

    height: int
    width: int
    bandwidth: int
    codecs: str
    key: str
    size: int
    head_bytes: int
    pieces: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class CutFilm:
    """All that was made of an upload, stored already. Units: `kept_bytes` bytes."""

    film: StoredFilm
    qualities: tuple[CutQuality, ...]
    poster_key: str
    sprite_key: str
    sprite: Mapping[str, int]
    kept_bytes: int


class CoverStudio(Protocol):
    """Redraws an uploaded picture as a cover, far from the web process."""

    def cover(self, upload: bytes) -> bytes:
        """Cut a JPEG of 960 x 400 pixels out of the middle.

        Raises: Refused when it is no picture we take; Unavailable.
        """


class MediaStore(Protocol):
    """Keeps films and pictures under random names, outside the web root."""

    def put(self, stream: IO[bytes]) -> StoredFilm:
        """Store a film whole, or not at all, as it is.

        Raises: Refused for what is not a film that browsers play.
        """

    def put_picture(self, jpeg: bytes) -> str:
        """Store a picture that was redrawn here; give its key."""

    def keep(self, file: Path) -> str:
        """Store a file that was made here, whole or not at all; give its key."""

    def place(self, key: str, seconds: int) -> Path | str:
        """Say where a stored file lies: here, or under an address good for so long.

        Raises: NotFound.
        """

    def older(self, than: datetime) -> tuple[str, ...]:
        """List what was stored before an instant."""

    def drop_drafts(self, before: datetime) -> None:
        """Forget what was begun before an instant and never stored whole."""

    def drop(self, key: str) -> None:
        """Forget a file; one that is not there stays away."""


class Readable(Protocol):
    """What bytes come from."""

    def read(self, size: int = -1, /) -> bytes:
        """Read on; nothing at the end."""
        ...


class PartShelf(Protocol):
    """Keeps the parts of films that are on their way, on this machine's disk."""

    def put(
        self, film_id: UUID, n: int, stream: Readable, size: int, expected: str = ""
    ) -> str:
        """Bring a part to the disk without holding it in memory; give its digest.

        Raises: Refused when it is shorter or longer than it must be, when it has not
            the digest that is expected, or when a first part does not begin as any
            film does. What came before under its number then stays.
        """

    def room(self) -> int:
        """Tell how much the disk still holds. Units: bytes."""

    def drop(self, film_id: UUID) -> None:
        """Forget all that lies here of a film."""

    def strangers(self, before: datetime) -> tuple[UUID, ...]:
        """List the films of which something lies here since before an instant."""


class FilmLab(Protocol):
    """Looks into what was sent and makes of it what plays, behind a fence."""

    def join(
        self,
        film_id: UUID,
        digests: Sequence[str],
        told: Callable[[int], bool],
    ) -> tuple[str, tuple[int, ...]]:
        """Put the parts together; give the whole's digest, and the parts gone bad.

        `told` hears how far it is, in thousandths, and says whether to go on.
        Raises: Stopped.
        """

    def look(self, film_id: UUID) -> FilmFacts:
        """Look into a film that was put together.

        Raises: Refused for what is no film, or too long a one.
        """

    def cut(
        self,
        film_id: UUID,
        facts: FilmFacts,
        told: Callable[[int], bool],
    ) -> CutFilm:
        """Make and store all qualities, poster and small pictures.

        Raises: Refused when it cannot be made; Stopped.
        """


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """One page of a document as a picture, stored, and its words. Units: pixels."""

    n: int
    key: str
    width: int
    height: int
    text: str


@dataclass(frozen=True, slots=True)
class DrawnDocument:
    """All that was made of a PDF, stored already. Units: `kept_bytes` bytes."""

    source_key: str
    pages: tuple[DrawnPage, ...]
    kept_bytes: int


Told = Callable[[int], bool]
"""Hears how far something is, and says whether to go on."""


class DocumentPress(Protocol):
    """Takes documents in and draws their pages, behind a fence."""

    def take(self, document_id: UUID, stream: Readable, most: int) -> tuple[int, str]:
        """Bring an upload to the disk without holding it in memory.

        Shape: bytes, digest. Raises: Refused for what is empty, too big or no PDF.
        """

    def draw(self, document_id: UUID, told: Told) -> DrawnDocument:
        """Draw and store all pages and what was sent; `told` hears pages.

        Raises: Refused when it cannot be drawn; Stopped.
        """

    def drop(self, document_id: UUID) -> None:
        """Forget all that lies here of a document on its way."""

    def strangers(self, before: datetime) -> tuple[UUID, ...]:
        """List the documents of which something lies here since before an instant."""


@dataclass(frozen=True, slots=True)
class OpenedBundle:
    """A course's file that was looked into: each digest in it is what it says.

    `told` is its manifest, not yet read; `files` gives each body's bytes; `body` opens
    one.
    """

    told: object
    files: Mapping[str, int]
    body: Callable[[str], Readable]


class BundleDesk(Protocol):
    """Packs a course into one file, and opens such a file."""

    def pack(
        self, out: IO[bytes], manifest: Mapping[str, Any], media: Mapping[str, Path]
    ) -> None:
        """Write a course: its manifest, the bodies that are given, and all digests."""

    def open(self, stream: IO[bytes]) -> AbstractContextManager[OpenedBundle]:
        """Open a file that somebody sent.

        Raises: Refused for what is no such package.
        """
        ...


class Stopped(Exception):
    """Who asked does not want it any more."""
