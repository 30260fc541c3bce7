"""Has a stranger's file opened in a process of its own, with limits."""

import subprocess
import sys
from pathlib import Path

from lms.gateways import photo
from lms.kernel.errors import Refused, Unavailable

REFUSED = 3
"""How a room ends that says why it refuses: one code on its output."""

_ROOT = Path(__file__).parents[2]


def enter(
    room: str, upload: bytes, *words: str, unreadable: str
) -> subprocess.CompletedProcess[bytes]:
    """Hand an upload to a room, and wait until it ends, however it does.

    Raises: Refused as `unreadable` where it took too long.
    """
    try:
        return subprocess.run(
            [sys.executable, "-m", f"lms.gateways.{room}", *words],
            input=upload,
            capture_output=True,
            timeout=photo.SECONDS,
            check=False,
            cwd=_ROOT,
            env=photo.environment(),
            preexec_fn=photo.fence,
        )
    except subprocess.TimeoutExpired as late:
        raise Refused(unreadable) from late


def answer(
    room: str, upload: bytes, *words: str, unreadable: str, closed: str = "photo.studio"
) -> bytes:
    """Hand an upload to a room, a module of the gateways; give what it says.

    Raises: Refused with the room's own code, or as `unreadable` where the room met a
        limit, as a bomb does; Unavailable as `closed` where the room itself failed.
    """
    done = enter(room, upload, *words, unreadable=unreadable)
    if done.returncode == REFUSED:
        raise Refused(done.stdout.decode().strip())
    if done.returncode < 0:
        raise Refused(unreadable)
    if done.returncode != 0:
        raise Unavailable(closed)
    return done.stdout
