"""Takes in documents and has their pages drawn, behind a fence.

The web process looks at a PDF's first bytes and its length; `lms.gateways.documentroom`
alone opens it, in a process of its own without our keys, bounded in time and memory.
"""

import hashlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from lms.catalogue.ports import (
    DrawnDocument,
    DrawnPage,
    MediaStore,
    Readable,
    Stopped,
    Told,
)
from lms.catalogue.rules.documents import MOST_PAGES, MOST_TEXT
from lms.gateways.ffmpeg import Fence
from lms.gateways.media import bring_to_disk
from lms.gateways.photo import environment
from lms.kernel.errors import Refused

_ROOT = Path(__file__).parents[2]
_CHUNK = 1 << 18
_MAGIC = b"%PDF-"
_HEAD = 1024
"""Readers take a PDF whose mark stands within its first kilobyte."""

_END = b"%%EOF"
_FENCE = Fence(seconds=600, cpu_seconds=300, memory=1 << 30, written=8 << 20, files=64)
_LINE = 1 << 20
_LOOK_EVERY = 1.0
_PICTURE = b"\xff\xd8\xff"
_SIDE = 4000


class LocalDocumentPress:
    """`DocumentPress` on this machine, whose web and job processes share a folder."""

    def __init__(self, folder: Path, store: MediaStore) -> None:
        self._folder, self._store = folder, store

    def take(self, document_id: UUID, stream: Readable, most: int) -> tuple[int, str]:
        """Bring an upload to the disk without holding it in memory.

        Shape: bytes, digest. Raises: Refused for what is empty, too big or no PDF.
        """
        folder = self._folder / document_id.hex
        folder.mkdir(parents=True, exist_ok=True)
        try:
            size, digest = _taken(folder / "source.draft", stream, most)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        (folder / "source.draft").rename(folder / "source.pdf")
        bring_to_disk(folder)
        return size, digest

    def draw(self, document_id: UUID, told: Told) -> DrawnDocument:
        """Draw and store all pages and what was sent.

        Raises: Refused when it cannot be drawn; Stopped.
        """
        source = self._folder / document_id.hex / "source.pdf"
        if not source.is_file():
            raise Refused("document.unreadable")
        work = source.parent / "pages"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        try:
            lines = _drawn(source, work, told)
            pages = tuple(self._kept(work, line) for line in lines)
            copy = work / "source.pdf"
            shutil.copyfile(source, copy)
            kept = source.stat().st_size + sum(size for _page, size in pages)
            key = self._store.keep(copy)
            return DrawnDocument(key, tuple(page for page, _size in pages), kept)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _kept(self, work: Path, line: dict[str, Any]) -> tuple[DrawnPage, int]:
        file = work / f"{line['n']:04d}.jpg"
        size = file.stat().st_size
        key = self._store.keep(file)
        page = DrawnPage(line["n"], key, line["width"], line["height"], line["text"])
        return page, size

    def drop(self, document_id: UUID) -> None:
        """Forget all that lies here of a document on its way."""
        shutil.rmtree(self._folder / document_id.hex, ignore_errors=True)

    def strangers(self, before: datetime) -> tuple[UUID, ...]:
        """List the documents of which something lies here since before an instant."""
        if not self._folder.is_dir():
            return ()
        limit = before.timestamp()
        return tuple(
            UUID(one.name)
            for one in sorted(self._folder.iterdir())
            if one.stat().st_mtime < limit
        )


def _taken(draft: Path, stream: Readable, most: int) -> tuple[int, str]:
    """Write an upload down, to the disk; it must begin and end as a PDF does."""
    digest, size, head, tail = hashlib.sha256(), 0, b"", b""
    with draft.open("wb") as file:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise Refused("document.big")
            head = head or chunk[:_HEAD]
            tail = (tail + chunk)[-_HEAD:]
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise Refused("document.empty")
    if _MAGIC not in head or _END not in tail:
        raise Refused("document.not_a_pdf")
    return size, digest.hexdigest()


def _drawn(source: Path, work: Path, told: Told) -> list[dict[str, Any]]:
    """Run the room; give a line for each page, all of them and in order.

    Raises: Refused; Stopped.
    """
    room = [sys.executable, "-m", "lms.gateways.documentroom"]
    with subprocess.Popen(
        [*room, str(source), str(work), str(MOST_PAGES), str(MOST_TEXT)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # It takes no lock and imports nothing, so threads cannot hurt it.
        preexec_fn=_FENCE.close,  # noqa: PLW1509 - nothing but limits are set there
        env=environment(),
        cwd=_ROOT,
    ) as process:
        try:
            found = _followed(process.stdout, told)
            process.wait(timeout=_FENCE.seconds)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    if process.returncode != 0:
        raise Refused("document.unreadable")
    return _sound(found, work)


def _followed(stream: IO[bytes] | None, told: Told) -> list[dict[str, Any]]:
    """Hear of each page as it is there. Raises: Refused; Stopped."""
    found: list[dict[str, Any]] = []
    for raw in _lines(stream, told):
        line = json.loads(raw)
        if "refused" in line:
            raise Refused(str(line["refused"]))
        if "n" in line:
            found.append(line)
            if not told(len(found)):
                raise Stopped
        elif line.get("pages", 0) > MOST_PAGES:
            raise Refused("document.pages")
    return found


def _lines(stream: IO[bytes] | None, told: Told) -> Iterator[bytes]:
    """Read lines as they come, and never wait for ever.

    Raises: Refused when the time is over or a line has no end; Stopped.
    """
    if stream is None:
        return
    begun, rest, pages = time.monotonic(), b"", 0
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            if time.monotonic() - begun > _FENCE.seconds or len(rest) > _LINE:
                raise Refused("document.slow")
            if not selector.select(_LOOK_EVERY):
                if not told(pages):
                    raise Stopped
                continue
            sent = os.read(stream.fileno(), _CHUNK)
            if not sent:
                return
            *whole, rest = (rest + sent).split(b"\n")
            pages += len(whole)
            yield from whole


def _sound(found: list[dict[str, Any]], work: Path) -> list[dict[str, Any]]:
    """Believe of the room no more than what lies there."""
    for n, line in enumerate(found, 1):
        file = work / f"{n:04d}.jpg"
        sides = (line["width"], line["height"])
        well = line["n"] == n and all(0 < int(side) <= _SIDE for side in sides)
        if not well or not file.is_file() or file.is_symlink():
            raise Refused("document.unreadable")
        with file.open("rb") as opened:
            if not opened.read(3) == _PICTURE:
                raise Refused("document.unreadable")
    if not found:
        raise Refused("document.unreadable")
    return found
