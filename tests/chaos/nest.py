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
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lms import tables
from lms.assembly import assemble
from lms.jobs.demo import seed
from lms.kernel.db import db
from lms.kernel.settings import from_env
from lms.kernel.work import arm_from
from tests.chaos.acts import ACTS, House, Told
from tests.conftest import HandClock

ROOT = Path(__file__).parents[2]
POWER_CUT = 137


@dataclass(frozen=True)
class Command:
    """One act to do. Units: seconds.

    `point` arms a fail point; `kill` ends the child so long after it began; `at` is how
    far the hand clock stands by then.
    """

    act: str
    point: str = ""
    kill: float = 0
    at: float = 0


@dataclass(frozen=True)
class End:
    """What became of a child. Shape: `told` are the answers that were seen."""

    killed: bool
    seconds: float
    told: list[Told]


class Nest:
    """The nest, from outside."""

    def __init__(self, env: dict[str, str]) -> None:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LMS_")}
        self._log = Path(env["LMS_DATA_DIR"]).parent / "nest.log"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                (sys.executable, "-m", "tests.chaos.nest"),
                cwd=ROOT,
                env={**clean, **env},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def do(self, command: Command) -> End:
        """Let a child act, to its end or its death; any other end is a fault."""
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        asked.write(json.dumps(asdict(command)) + "\n")
        asked.flush()
        line = answers.readline()
        assert line, self._log.read_text("utf-8")[-4000:]
        told = json.loads(line)
        assert told["code"] in {0, POWER_CUT}, self._log.read_text("utf-8")[-4000:]
        return End(told["code"] == POWER_CUT, told["seconds"], told["told"])

    def close(self) -> None:
        self._process.communicate()


def main() -> None:
    """Obey until the end of input."""
    clock = HandClock()
    app = assemble(from_env(), clock=clock, limits=False)
    app.testing = True
    for line in sys.stdin:
        command = Command(**json.loads(line))
        code, seconds, told = _child(House(app, clock), command)
        answer = {"code": code, "seconds": seconds, "told": told}
        print(json.dumps(answer), file=_OUT, flush=True)


def _child(house: House, command: Command) -> tuple[int, float, list[Told]]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _live(house, command, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        lines: list[dict[str, Any]] = [
            json.loads(each) for each in pipe if each[-1:] == "\n"
        ]
    _pid, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM
    code = POWER_CUT if killed else os.waitstatus_to_exitcode(status)
    seconds = sum(each.pop("seconds", 0) for each in lines)
    return code, seconds, [each for each in lines if each]


def _live(house: House, command: Command, writing: int) -> None:
    """Act, and be gone without any of a process's farewells."""
    code = 1
    try:
        house.clock.pass_seconds(command.at)
        if command.act == "seed":
            _seed(house)
        else:
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
    begun = time.perf_counter()
    for told in acting:
        os.write(writing, json.dumps(told).encode() + b"\n")
    signal.setitimer(signal.ITIMER_REAL, 0)
    took = {"seconds": time.perf_counter() - begun}
    os.write(writing, json.dumps(took).encode() + b"\n")


def _seed(house: House) -> None:
    with house.app.app_context():
        tables.METADATA.create_all(db.engine)
        seed.run(house.app, lambda _line: None)


if __name__ == "__main__":
    # Logs go to standard output: keep that for answers alone.
    _OUT = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    main()
