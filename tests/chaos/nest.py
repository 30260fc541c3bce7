"""Where the acts live and die: a process that forks one child for each.

`python -m tests.chaos.nest` builds the house of the environment once, then reads one
command a line and answers with one line when its child is gone. The nest itself never
opens the database, so that each child begins as a fresh server would.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from lms.assembly import assemble
from lms.kernel.db import db
from lms.kernel.settings import from_env
from lms.kernel.work import arm_from
from tests.chaos.acts import ACTS, House, Refusal, Told
from tests.conftest import HandClock

ROOT = Path(__file__).parents[2]
POWER_CUT = 137


@dataclass(frozen=True)
class Command:
    """One act to do. Units: seconds.

    `point` arms a fail point; `kill` ends the child so long after it began; `at` is how
    far the hand clock stands by then. `without` takes a guard away from the child:
    `fsync`, or a level of SQLite's PRAGMA synchronous. One that shall `wait` stops
    itself when it is ready to act.
    """

    act: str
    point: str = ""
    kill: float = 0
    at: float = 0
    without: str = ""
    wait: bool = False


@dataclass(frozen=True)
class End:
    """What became of a child. Shape: `told` are the answers that were seen."""

    killed: bool
    seconds: float
    told: list[Told]


class Life:
    """A child that acts, from outside: its process, and what it was answered by now."""

    def __init__(self, heard: Callable[[], dict[str, Any]], log: Path) -> None:
        self._heard, self._log = heard, log
        self.pid: int = heard()["pid"]
        self.told: list[Told] = []
        self._end: dict[str, Any] = {}

    def listen(self) -> bool:
        """Wait for the next answer; tell whether there was one."""
        if self._end:
            return False
        heard = self._heard()
        if "code" in heard:
            self._end = heard
            return False
        self.told.append(heard["told"])
        return True

    def ready(self) -> None:
        """Wait until it has stopped itself."""
        assert self.listen()
        assert self.told.pop() == {"ready": True}
        stat = Path(f"/proc/{self.pid}/stat")
        while stat.read_text("ascii").rpartition(")")[2].split()[0] != "T":
            time.sleep(0.001)

    def kill(self) -> None:
        """Have done with it."""
        if not self._end:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        while self.listen():
            pass

    def end(self) -> End:
        """Listen to the end."""
        while self.listen():
            pass
        code = self._end["code"]
        assert code in {0, POWER_CUT}, self._log.read_text("utf-8")[-4000:]
        return End(code == POWER_CUT, self._end["seconds"], self.told)


class Nest:
    """The nest, from outside."""

    def __init__(self, env: dict[str, str], log: Path) -> None:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LMS_")}
        self._log = log
        with log.open("ab") as written:
            self._process = subprocess.Popen(
                (sys.executable, "-m", "tests.chaos.nest"),
                cwd=ROOT,
                env={**clean, **env},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=written,
                text=True,
            )

    def do(self, command: Command) -> End:
        """Let a child act, to its end or its death; any other end is a fault."""
        return self.begin(command).end()

    def begin(self, command: Command) -> Life:
        """Let a child act, and listen."""
        asked = self._process.stdin
        assert asked is not None
        asked.write(json.dumps(asdict(command)) + "\n")
        asked.flush()
        return Life(self._heard, self._log)

    def _heard(self) -> dict[str, Any]:
        answers = self._process.stdout
        assert answers is not None
        line = answers.readline()
        assert line, self._log.read_text("utf-8")[-4000:]
        heard: dict[str, Any] = json.loads(line)
        return heard

    def close(self) -> None:
        self._process.communicate()


def main() -> None:
    """Obey until the end of input."""
    clock = HandClock()
    app = assemble(from_env(), clock=clock, limits=False)
    app.testing = True
    for line in sys.stdin:
        command = Command(**json.loads(line))
        code, seconds = _child(House(app, clock), command)
        _say({"code": code, "seconds": seconds})


def _say(words: dict[str, Any]) -> None:
    print(json.dumps(words), file=_OUT, flush=True)


def _child(house: House, command: Command) -> tuple[int, float]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _live(house, command, writing)
    os.close(writing)
    _say({"pid": child})
    seconds = 0.0
    with os.fdopen(reading, encoding="utf-8") as pipe:
        for line in pipe:
            if line[-1:] == "\n":
                told = json.loads(line)
                seconds += told.pop("seconds", 0)
                if told:
                    _say({"told": told})
    _pid, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM
    code = POWER_CUT if killed else os.waitstatus_to_exitcode(status)
    return code, seconds


def _live(house: House, command: Command, writing: int) -> None:
    """Act, and be gone without any of a process's farewells."""
    code = 1
    try:
        house.clock.pass_seconds(command.at)
        _take_away(house, command.without)
        _act(house, command, writing)
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
    finally:
        os._exit(code)


def _act(house: House, command: Command, writing: int) -> None:
    acting = ACTS[command.act](house)
    next(acting)
    arm_from(command.point)
    if command.kill:
        # Nobody listens for it: the kernel ends the process where it stands.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, command.kill)
    if command.wait:
        os.write(writing, b'{"ready": true}\n')
        os.kill(os.getpid(), signal.SIGSTOP)
    begun = time.perf_counter()
    try:
        for told in acting:
            os.write(writing, json.dumps(told).encode() + b"\n")
    except (Refusal, OSError, OperationalError) as refused:
        if not command.wait:
            raise
        status = refused.status if isinstance(refused, Refusal) else 0
        told = {"refused": status, "why": str(refused)[:300]}
        os.write(writing, json.dumps(told).encode() + b"\n")
    signal.setitimer(signal.ITIMER_REAL, 0)
    took = {"seconds": time.perf_counter() - begun}
    os.write(writing, json.dumps(took).encode() + b"\n")


def _take_away(house: House, guard: str) -> None:
    """Leave out a guard: the control of a test that believes in it."""
    if guard == "fsync":
        os.fsync = lambda fd: None
    elif guard:
        with house.app.app_context():
            engine = db.engine

        @event.listens_for(engine, "connect")
        def _careless(raw: Any, _record: object) -> None:
            raw.execute(f"PRAGMA synchronous={guard}")


if __name__ == "__main__":
    # Logs go to standard output: keep that for answers alone.
    _OUT = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    main()
