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
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
PYTEST = (sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN = ("chromium", "fonts-noto-cjk", "poppler-utils", "qpdf")
INSTALL = ("install", "-y", "-q", "--no-install-recommends", *DEBIAN)
TOOLS = ("pdftoppm", "pdffonts", "pdftotext", "qpdf")


@dataclass(frozen=True)
class Step:
    name: str
    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)


def steps() -> list[Step]:
    return [
        Step("format", (f"{BIN}/ruff", "format", "--check", "-q", ".")),
        Step("lint", (f"{BIN}/ruff", "check", "-q", ".")),
        Step("import contract", (f"{BIN}/lint-imports",)),
        Step("templates", (f"{BIN}/djlint", "templates", "--check", "--lint")),
        Step("types", (f"{BIN}/mypy",)),
        Step("tests on SQLite", (*PYTEST, "-m", "not browser and not long")),
        Step(
            "tests on PostgreSQL",
            (*PYTEST, "-m", "not browser and not long", *postgresql_folders()),
            {"LMS_TEST_ENGINE": "postgresql"},
        ),
        Step("journeys in the browser", (*PYTEST, "-m", "browser and not long")),
    ]


def postgresql_folders() -> list[str]:
    """Everything that meets a database; of the house, its doors alone do.

    The doors come first: one worker walks them for minutes, the other goes on beside.
    """
    skipped = {"policy", "house", "kernel", "bench", "make", "journeys", "__pycache__"}
    folders = [
        f"tests/{f.name}"
        for f in sorted((ROOT / "tests").iterdir())
        if f.is_dir() and f.name not in skipped
    ]
    return ["tests/house/test_doors.py", *folders]


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
        start = time.monotonic()
        env = {**clean_environment(), **step.env}
        done = subprocess.run(step.command, cwd=ROOT, env=env, check=False)
        took = time.monotonic() - start
        verdict = "ok" if done.returncode == 0 else "FAILED"
        print(f"=== {step.name}: {verdict} ({took:.0f} s)", flush=True)
        if done.returncode:
            failed.append(step.name)
    print(f"\n{'FAILED: ' + ', '.join(failed) if failed else 'All passed'} "
          f"in {time.monotonic() - began:.0f} s")  # fmt: skip
    return 1 if failed else 0


def clean_environment() -> dict[str, str]:
    """Give tests the machine's environment without this house's settings."""
    mine = ("LMS_", "DATABASE_URL", "PORT", "PROMETHEUS_")
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
