"""`make test`: every guard and every test, in one command, with a word on each step.

Order: what is quick to fail first. Engines come from wheels; the browser comes from the
machine, or through apt when this may install it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
PYTEST = (
    sys.executable, "-m", "pytest", "--durations", "20", "--dist", "loadfile", "-n",
)  # fmt: skip
QUOTA = Path("/sys/fs/cgroup/cpu.max")
MOST, ROOM = 9, 1_500_000_000
"""No more at once than share one database server well; bytes that each may want."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN = ("chromium", "fonts-noto-cjk", "poppler-utils", "qpdf")
INSTALL = ("install", "-y", "-q", "--no-install-recommends", *DEBIAN)
TOOLS = ("pdftoppm", "pdffonts", "pdftotext", "qpdf")


@dataclass(frozen=True)
class Step:
    name: str
    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)


def cores() -> int:
    """Count the cores that this process may use: a container may have few."""
    seen = len(os.sched_getaffinity(0))
    with suppress(OSError, ValueError):
        given, period = QUOTA.read_text("utf-8").split()
        return max(1, min(seen, int(given) // int(period)))
    return seen


def at_once(cores: int, memory: int) -> tuple[str, str]:
    """Say how many test at once, and how many of them tour with a browser.

    One more than there are cores, for some tests wait more than they work; whoever
    tours has a core's work, and a house to seed. `memory`: bytes of the machine.
    """
    hold = max(2, min(MOST, memory // ROOM))
    return str(min(cores + 1, hold)), str(min(max(2, cores), hold))


def steps() -> list[Step]:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    workers, tourists = at_once(cores(), memory)
    return [
        Step("format", (f"{BIN}/ruff", "format", "--check", "-q", ".")),
        Step("lint", (f"{BIN}/ruff", "check", "-q", ".")),
        Step("import contract", (f"{BIN}/lint-imports",)),
        Step("templates", (f"{BIN}/djlint", "templates", "--check", "--lint")),
        Step("types", (f"{BIN}/mypy",)),
        Step("tests on SQLite", (*PYTEST, workers, "-m", "not browser and not long")),
        Step(
            "tests on PostgreSQL",
            (
                *PYTEST,
                workers,
                "-m",
                "not browser and not long",
                *postgresql_folders(),
            ),
            {"LMS_TEST_ENGINE": "postgresql"},
        ),
        Step(
            "journeys in the browser",
            (
                *PYTEST,
                tourists,
                "-m",
                "browser and not long",
                *files_of("mark.browser"),
            ),
        ),
    ]


def files_of(words: str) -> list[str]:
    """Name the files where these words stand: the others need not be read."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(f.relative_to(ROOT)) for f in files if words in f.read_text("utf-8")]


def postgresql_folders() -> list[str]:
    """Everything that meets a database; of the house, its doors alone do.

    Of these, the tests that know of no engine are left out, and those whose mark says
    why SQLite alone is asked (see tests/spread.py).
    """
    skipped = {
        "policy", "house", "kernel", "bench", "make", "journeys", "gateways",
        "__pycache__",
    }  # fmt: skip
    folders = [
        f"tests/{f.name}"
        for f in sorted((ROOT / "tests").iterdir())
        if f.is_dir() and f.name not in skipped
    ]
    doors = ("test_pack.py", "test_stripe.py")
    outward = [f"tests/gateways/{file}" for file in doors]
    return ["tests/house/test_doors.py", *folders, *outward]


def main() -> int:
    missing = machine_needs()
    if missing:
        print(missing)
        return 1
    subprocess.run(
        (f"{BIN}/pybabel", "-q", "compile", "-d", "lms/web/translations"),
        check=False,
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    began = time.monotonic()
    failed: list[str] = []
    for step in steps():
        print(f"\n=== {step.name}", flush=True)
        start, worked = time.monotonic(), processor()
        env = {**clean_environment(), **step.env}
        done = subprocess.run(step.command, cwd=ROOT, env=env, check=False)
        took = time.monotonic() - start
        verdict = "ok" if done.returncode == 0 else "FAILED"
        print(
            f"=== {step.name}: {verdict} ({took:.0f} s, "
            f"{processor() - worked:.0f} s of processor)",
            flush=True,
        )
        if done.returncode:
            failed.append(step.name)
    print(f"\n{'FAILED: ' + ', '.join(failed) if failed else 'All passed'} "
          f"in {time.monotonic() - began:.0f} s")  # fmt: skip
    return 1 if failed else 0


def processor() -> float:
    """Add up what the steps so far took of all processors, in seconds."""
    used = os.times()
    return used.children_user + used.children_system


def clean_environment() -> dict[str, str]:
    """Give tests the machine's environment without this house's settings.

    What is compiled is kept: each step has several processes, and each would spend a
    quarter of a minute on compiling eighteen hundred files.
    """
    mine = ("LMS_", "DATABASE_URL", "PORT", "PROMETHEUS_", "PYTHONDONTWRITEBYTECODE")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(mine) or name.startswith("LMS_TEST_")
    }
    return {**kept, "LMS_TEST_CHROMIUM": browser() or ""}


def browser() -> str | None:
    given = os.environ.get("LMS_TEST_CHROMIUM")
    return given or next(filter(None, map(shutil.which, BROWSERS)), None)


def machine_needs() -> str:
    """Install what comes from the machine, or say what is missing."""
    if complete():
        return ""
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        print(f"installing {', '.join(DEBIAN)} (the first time only) …", flush=True)
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (("update", "-q"), INSTALL):
            subprocess.run(
                (apt, *command), check=False, stdout=subprocess.DEVNULL, env=env
            )
    if complete():
        return ""
    return (
        "The tests need Chromium, a Chinese font and two PDF readers on this machine.\n"
        f"On Debian, as root: apt-get install {' '.join(DEBIAN)}\n"
        "Or set LMS_TEST_CHROMIUM to a Chromium or Chrome that you have."
    )


def complete() -> bool:
    fonts = subprocess.run(
        ("fc-list", ":lang=zh"), capture_output=True, check=False
    ).stdout if shutil.which("fc-list") else b""  # fmt: skip
    return bool(browser() and fonts and all(map(shutil.which, TOOLS)))


if __name__ == "__main__":
    sys.exit(main())
