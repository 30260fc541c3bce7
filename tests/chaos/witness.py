"""What a process asks of the kernel, in order: seen by strace, which needs no root.

It answers what a power cut can only sample: that each answer came after the commit's
log was on the disk, and a file's name before the row that names it.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from pathlib import Path

CALLS = "write,pwrite64,pwritev,fsync,fdatasync,rename"
_BEGUN = re.compile(r"(\d+) +(\w+)\((.*)")
_RESUMED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)")
_LOG = re.compile(r"-wal>|/pg_wal/")
_TOLD = re.compile(r'\d+<pipe:\[\d+\]>, "\{\\"(?!seconds)')
_SHELF = re.compile(r"/media/[0-9a-f]{32}\.(mp4|webm|jpg)\"")
_SHELF_FOLDER = re.compile(r"/media>")


def why_not() -> str:
    """Say why nobody can watch here; nothing when somebody can."""
    if shutil.which("strace") is None:
        return "no strace here"
    with subprocess.Popen(("sleep", "60")) as sleeper:
        # A process of no kin, as the ones to be watched are.
        asked = ("strace", "-o", "/dev/null", "-p", str(sleeper.pid))
        with subprocess.Popen(asked, stderr=subprocess.PIPE, text=True) as watch:
            assert watch.stderr is not None
            word = watch.stderr.readline()
            watch.send_signal(signal.SIGINT)
        sleeper.kill()
    return "" if "attached" in word else "who is no parent may not watch here"


class Witness:
    """Watches processes, and what they fork, until its end."""

    def __init__(self, pids: list[int], folder: Path) -> None:
        self._seen = folder / "strace.txt"
        whom = [word for pid in pids for word in ("-p", str(pid))]
        self._strace = subprocess.Popen(
            ("strace", "-f", "-y", "-s", "16", "-o", str(self._seen),
             "-e", f"trace={CALLS}", *whom),
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._strace.stderr is not None
        for _ in pids:
            assert "attached" in self._strace.stderr.readline()

    def end(self) -> list[str]:
        """Stop watching. Shape: what happened, in short words."""
        self._strace.send_signal(signal.SIGINT)
        self._strace.communicate()
        lines = self._seen.read_text("utf-8", "replace").splitlines()
        return [word for word in _words(lines) if word]


def _words(lines: list[str]) -> list[str]:
    """Name each call where it ended, an answer where it began."""
    words, asked = [], dict[str, str]()
    for line in lines:
        begun, resumed = _BEGUN.match(line), _RESUMED.match(line)
        if begun:
            who, call, rest = begun.groups()
            if _TOLD.match(rest) and call == "write":
                words.append("told")
            elif rest.endswith("<unfinished ...>"):
                asked[who] = rest
            else:
                words.append(_word(call, rest))
        elif resumed:
            who, call, rest = resumed.groups()
            words.append(_word(call, asked.pop(who, "") + rest))
    return words


def _word(call: str, said: str) -> str:
    if not re.search(r"= \d+$", said):
        return ""
    synced = call in {"fsync", "fdatasync"}
    if _LOG.search(said):
        return "log on disk" if synced else "log written"
    if synced and _SHELF_FOLDER.search(said):
        return "name on disk"
    return "name given" if call == "rename" and _SHELF.search(said) else ""


def too_early(words: list[str], *, alone: bool) -> int:
    """Count the answers that came before their commit was on the disk.

    Who is `alone` at the log has nothing in it that is not on the disk; a server may
    have begun to write the next commit of somebody else.
    """
    found, on_disk, open_names = 0, False, False
    for word in words:
        if word == "told":
            found += not on_disk
            on_disk = False
        elif word == "log written" and alone:
            on_disk = False
        elif word == "name given":
            open_names = True
        elif word == "name on disk":
            open_names = False
        elif word == "log on disk":
            on_disk = not open_names
    return found
