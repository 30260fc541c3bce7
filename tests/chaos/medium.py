"""A disk that power can be cut from, and a server that lies on it.

The disk is an ext4 image on a loop device. What the kernel keeps for it in memory is
not in the image: a copy of the image, taken while all that writes stands still, is what
a machine finds after the power went and came back. The copy is mounted as a machine
mounts it then, by ext4's journal.
"""

from __future__ import annotations

import ctypes
import functools
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests import engines

TRIES = 20
PATIENCE = 50
"""How often a busy disk is asked for again, ten times a second."""
_LESS_AND_LESS = tuple(2**power for power in range(26, 9, -1))
_NEW_MOUNTS = 0x00020000
_PIECE = 2**20


def why_not() -> str:
    """Say why this machine lends no disk; nothing when it does."""
    if os.geteuid() != 0:
        return "mounting a disk needs root"
    tools = ("mkfs.ext4", "mount", "umount")
    missing = [each for each in tools if shutil.which(each) is None]
    if missing:
        return f"no {' '.join(missing)} here"
    return "" if Path("/dev/loop-control").exists() else "no loop devices here"


@functools.cache
def _keep_to_yourself() -> None:
    """Mount for this process and its children alone: with them the mounts end."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_MOUNTS):
        raise OSError(ctypes.get_errno(), "unshare")
    engines.run(["mount", "--make-rprivate", "/"])


class Disk:
    """An ext4 file system of its own size."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        _keep_to_yourself()
        self._folder = folder
        self._image = folder / "disk.img"
        self.root, self.after = folder / "disk", folder / "after"
        self.root.mkdir()
        self.after.mkdir()
        with self._image.open("wb") as made:
            made.truncate(megabytes * 2**20)
        engines.run(["mkfs.ext4", "-q", "-F", "-m", "0", str(self._image)])
        self._mount(self._image, self.root)

    def settle(self) -> None:
        """Bring all to the disk: from here on power may fail."""
        engines.run(["sync", "-f", str(self.root)])

    @contextmanager
    def cut(self, pids: list[int]) -> Iterator[Path]:
        """Show what is left when the power fails now; `pids` are who may write."""
        copy = self._folder / "cut.img"
        with frozen(pids):
            self._copy(copy)
        self._mount(copy, self.after)
        try:
            yield self.after
        finally:
            _unmount(self.after)

    @contextmanager
    def full(self) -> Iterator[None]:
        """Leave no room on it, not for one block."""
        ballast = self.root / "ballast"
        with ballast.open("wb") as file:
            for size in _LESS_AND_LESS:
                with suppress(OSError):
                    while True:
                        at = file.seek(0, os.SEEK_END)
                        os.posix_fallocate(file.fileno(), at, size)
        try:
            yield
        finally:
            ballast.unlink()

    def keep(self, name: str) -> None:
        self.settle()
        _unmount(self.root)
        _like(self._image, self._folder / f"{name}.img")
        self._mount(self._image, self.root)

    def put_back(self, name: str) -> None:
        _unmount(self.root)
        _like(self._folder / f"{name}.img", self._image)
        self._mount(self._image, self.root)

    def close(self) -> None:
        for place in (self.after, self.root):
            with suppress(RuntimeError):
                _unmount(place)

    def _copy(self, to: Path) -> None:
        """Copy the image; once more if the kernel wrote to it meanwhile."""
        for _ in range(TRIES):
            _like(self._image, to)
            if alike(self._image, to):
                return
        raise AssertionError("the disk does not hold still")

    def _mount(self, image: Path, place: Path) -> None:
        engines.run(["mount", "-o", "loop", str(image), str(place)])


def alike(image: Path, other: Path) -> bool:
    """Compare two images, but for where neither holds anything."""
    if image.stat().st_size != other.stat().st_size:
        return False
    with image.open("rb") as one, other.open("rb") as two:
        files = [one.fileno(), two.fileno()]
        at = _next_data(files, 0)
        while at is not None:
            ours, theirs = (os.pread(file, _PIECE, at) for file in files)
            if ours != theirs:
                return False
            at = _next_data(files, at + _PIECE)
    return True


def _next_data(files: list[int], at: int) -> int | None:
    found = []
    for file in files:
        # From here on there may be nothing but a hole.
        with suppress(OSError):
            found.append(os.lseek(file, at, os.SEEK_DATA))
    return min(found, default=None)


def _unmount(place: Path) -> None:
    """Take a disk away; a server that just ended may keep it busy for a moment."""
    for _ in range(PATIENCE):
        if not place.is_mount():
            return
        with suppress(RuntimeError):
            engines.run(["umount", str(place)])
            return
        time.sleep(0.1)
    engines.run(["umount", "--lazy", str(place)])


def _like(image: Path, to: Path) -> None:
    to.unlink(missing_ok=True)
    engines.run(["cp", "--sparse=always", str(image), str(to)])


class Postgres:
    """A server whose data lie in a folder; its commits reach the disk."""

    def __init__(self, folder: Path, log: Path) -> None:
        self._data, self._log = folder / "data", log
        self._other = engines.as_other(folder)
        self._port = engines.free_port()
        self.address = f"postgresql://postgres@127.0.0.1:{self._port}"

    def make(self) -> None:
        self._do("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8",
                 "--no-locale", "--wal-segsize=1", "-N")  # fmt: skip

    def start(self, *, careful: bool = True) -> None:
        """Start it, recovering if need be; `careful` brings commits to the disk."""
        # After a power cut no process of that name lives; here the other one does.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        flags = f"-p {self._port} -h 127.0.0.1 -k /tmp" + ("" if careful else " -F")
        self._do("pg_ctl", "-w", "-o", flags, "-l", str(self._log), "start")

    def stop(self, how: str = "immediate") -> None:
        with suppress(RuntimeError):
            self._do("pg_ctl", "-w", "-m", how, "stop")

    def make_database(self, name: str) -> None:
        with psycopg.connect(f"{self.address}/postgres", autocommit=True) as raw:
            raw.execute(f"CREATE DATABASE {name}".encode())

    def set(self, **settings: str) -> None:
        with psycopg.connect(f"{self.address}/postgres", autocommit=True) as raw:
            for name, value in settings.items():
                raw.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
            raw.execute("SELECT pg_reload_conf()")

    def pids(self) -> list[int]:
        """List the server's processes."""
        first = int((self._data / "postmaster.pid").read_text("ascii").split()[0])
        under = Path(f"/proc/{first}/task/{first}/children").read_text("ascii")
        return [first, *map(int, under.split())]

    def _do(self, program: str, *words: str) -> None:
        tool = str(engines.BIN / program)
        engines.run([*self._other, tool, "-D", str(self._data), *words])


@contextmanager
def frozen(pids: list[int]) -> Iterator[None]:
    """Let processes stand still for a while."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in reversed(pids):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
