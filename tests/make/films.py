"""Films that tests send: made by ffmpeg, cut into parts, put on a shelf."""

from __future__ import annotations

import hashlib
import io
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import imageio_ffmpeg

from lms.catalogue import queries, services
from lms.catalogue.ports import PartShelf
from lms.catalogue.services import FilmSent, PartSent
from lms.kernel.db import db
from lms.kernel.ids import AssociationId


@cache
def film(
    seconds: int = 8, size: str = "640x480", kind: str = "mp4", sound: bool = True
) -> bytes:
    """A film of moving bars with a tone."""
    with TemporaryDirectory() as folder:
        made = Path(folder) / f"made.{kind}"
        tone = ("-f", "lavfi", "-i", f"sine=440:d={seconds}") if sound else ()
        codec = {"webm": ("-c:v", "libvpx-vp9", "-c:a", "libopus")}.get(
            kind, ("-c:v", "libx264", "-preset", "ultrafast")
        )
        subprocess.run(
            (
                imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-f", "lavfi",
                "-i", f"testsrc2=s={size}:r=10:d={seconds}", *tone, *codec, str(made),
            ),
            check=True,
        )  # fmt: skip
        return made.read_bytes()


def sent(body: bytes, name: str = "现场.mp4") -> FilmSent:
    return FilmSent(name, len(body), hashlib.sha256(body).hexdigest())


def put_part(
    ports: Any, begin: Any, here: AssociationId, film_id: UUID, body: bytes, n: int
) -> None:
    """Send one part as the door does: to the disk first, then on the books."""
    with begin() as work:
        size = queries.film(work.session, film_id).part_size
    piece = body[n * size : (n + 1) * size]
    digest = ports[PartShelf].put(film_id, n, io.BytesIO(piece), len(piece))
    with begin() as work:
        services.part_came(work, here, film_id, PartSent(n, len(piece), digest))


def upload(
    ports: Any, begin: Any, here: AssociationId, lesson_id: UUID, body: bytes
) -> UUID:
    """Send a whole film for a lesson."""
    with begin() as work:
        film_id = services.begin_film(work, here, lesson_id, sent(body))
        count = queries.film(work.session, film_id).parts
    for n in range(count):
        put_part(ports, begin, here, film_id, body, n)
    with begin() as work:
        services.film_came(work, here, film_id)
    db.session.remove()
    return film_id
