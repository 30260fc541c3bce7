"""Serve the whole house on one machine: `python -m lms.jobs.serve`, or `make run`.

It prepares the database, then keeps the web server, the job process and (where no
payment keys are set) the Stripe stand-in running until it is told to stop. It imports
no Flask, so that it stays small.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from lms.kernel.settings import BadSettings, Settings, from_env

DEMO_PASSWORD = "xueshi-demo-2026"  # noqa: S105 - printed for every visitor
ACCOUNTS = (
    ("learner@demo.example", "学员：有在学课程"),
    ("exam@demo.example", "学员：学时已满，可以考试"),
    ("graduate@demo.example", "学员：已领合格证"),
    ("employer@demo.example", "企业经办人"),
    ("author@demo.example", "课程作者"),
    ("clerk@demo.example", "协会经办人"),
    ("manager@demo.example", "协会负责人"),
    ("clerk2@demo.example", "协会经办人二：申诉须由其他人办理"),
    ("manager2@demo.example", "协会负责人二：申诉须由其他人办理"),
    ("reviewer@demo.example", "申诉复核员：协会人手不够时由平台指定"),
    ("office@demo.example", "内蒙古注册窗口：受理人员"),
    ("approver@demo.example", "内蒙古注册窗口：审批人员"),
    ("approver2@demo.example", "内蒙古注册窗口：审批人员二，撤销须由另一人决定"),
    ("office.sc@demo.example", "四川注册中心：受理人员"),
    ("approver.sc@demo.example", "四川住建厅：审批人员"),
    ("inspector@demo.example", "监督检查员"),
    ("operator@demo.example", "平台运维"),
)
_GRACE_SECONDS = 10
_PRELOADED = (
    "import gc, app; gc.freeze(); from granian.cli import entrypoint; entrypoint()"
)
"""Build the application once, before the workers fork: they share its memory."""

_FLASK = (sys.executable, "-m", "flask", "--app", "app")


@dataclass(slots=True)
class Child:
    """One process that is kept running."""

    name: str
    command: tuple[str, ...]
    env: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it, or start it again."""
        self.process = subprocess.Popen(self.command, env=self.env)

    def ended(self) -> bool:
        """Tell whether it stopped by itself."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """Ask it to stop, and make it when it does not."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()


def main() -> int:
    """Prepare, serve, and stop cleanly."""
    # The database, films and logs of this house are nobody else's on this machine.
    os.umask(0o077)
    _name_yourself()
    try:
        settings = from_env()
    except BadSettings as bad:
        print("The settings cannot be used:\n  " + "\n  ".join(bad.problems))
        return 2
    port = int(os.environ.get("PORT", "8000"))
    taken = _taken(settings, port)
    if taken:
        print(taken)
        return 2
    env = _environment(settings, port)
    for step, message in (("migrate", "数据库准备中 … preparing the database"),
                          ("seed", "")):  # fmt: skip
        if step == "seed" and not settings.demo:
            continue
        if message:
            print(message, flush=True)
        done = subprocess.run((*_FLASK, step), env=env, check=False)
        if done.returncode:
            return done.returncode
    children = _children(settings, port, env)
    return _keep(children, settings)


def _name_yourself() -> None:
    """Let a demonstration that others may visit answer by this machine's address."""
    host = _host()
    open_to_others = host not in {"127.0.0.1", "localhost", "::1"}
    if open_to_others and os.environ.get("LMS_DEMO") == "1":
        shown = _own_address() if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
        place = f"http://{_bracketed(shown)}:{os.environ.get('PORT', '8000')}"
        os.environ.setdefault("LMS_BASE_URL", place)


def _host() -> str:
    return os.environ.get("HOST", "127.0.0.1")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _own_address() -> str:
    """Ask the system by which address it would go out; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _taken(settings: Settings, port: int) -> str:
    """Say which port somebody else listens on, or nothing."""
    wanted = [port]
    if settings.wants_stand_in:
        wanted.append(port + 1)
    for one in wanted:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_host(), one))
            except OSError:
                return (
                    f"端口 {one} 已被占用，请换一个：PORT=9000 make run\n"
                    f"Port {one} is taken. Choose another: PORT=9000 make run"
                )
    return ""


def _environment(settings: Settings, port: int) -> dict[str, str]:
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    metrics = settings.data_dir / "metrics"
    metrics.mkdir(parents=True, exist_ok=True)
    for old in metrics.glob("*.db"):
        old.unlink()
    env["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)
    if settings.wants_stand_in:
        env["LMS_STRIPE_SECRET_KEY"] = f"sk_test_{_play_key(settings, 'api')}"
        env["LMS_STRIPE_WEBHOOK_SECRET"] = f"whsec_{_play_key(settings, 'webhook')}"
        anywhere = _host() in {"0.0.0.0", "::", "localhost"}  # noqa: S104 - compared, not bound
        place = "127.0.0.1" if anywhere else _bracketed(_host())
        env["LMS_STRIPE_API_BASE"] = f"http://{place}:{port + 1}"
    return env


def _play_key(settings: Settings, name: str) -> str:
    """Keep the stand-in's keys over restarts, so that open payments stay good."""
    file = settings.data_dir / "keys" / f"standin-{name}.txt"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_text(secrets.token_hex(16), "utf-8")
        file.chmod(0o600)
    return file.read_text("utf-8")


def _children(settings: Settings, port: int, env: dict[str, str]) -> list[Child]:
    threads = os.environ.get("WEB_THREADS", "4")
    workers = os.environ.get("WEB_WORKERS", "2")
    host = _host()
    web = (
        sys.executable, "-c", _PRELOADED, "--interface", "wsgi", "app:app",
        "--host", host, "--port", str(port), "--workers", workers,
        "--blocking-threads", threads, "--backlog", "1024", "--no-ws",
        "--log-level", "warning", "--respawn-failed-workers",
    )  # fmt: skip
    children = [Child("web", web, env), Child("jobs", (*_FLASK, "jobs"), env)]
    if settings.wants_stand_in:
        module = "lms.gateways.standin"
        door = ("--host", host, "--port", str(port + 1))
        standin = (sys.executable, "-m", module, *door)
        children.insert(0, Child("stripe stand-in", standin, env))
    return children


def _keep(children: list[Child], settings: Settings) -> int:
    """Run the children until a signal comes; one that ends is started again."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for child in children:
        child.start()
    _greet(settings)
    while not stopping.wait(1):
        for child in children:
            if child.ended():
                print(f"{child.name} ended and is started again", flush=True)
                child.start()
    for child in children:
        child.stop()
    return 0


def _greet(settings: Settings) -> None:
    lines = ["", f"  学时 Xueshi  →  {settings.base_url}", ""]
    if settings.demo:
        lines += [f"  演示账号 demo accounts (password {DEMO_PASSWORD}):"]
        lines += [f"    {name:<26}{what}" for name, what in ACCOUNTS]
        lines += [
            f"  短信、邮件、验证码 messages and codes: {settings.base_url}/demo/outbox",
            "  付款为演示，不产生真实扣款。 Payments are play.",
        ]
    lines += [f"  数据 data: {Path(settings.data_dir)}", "  Ctrl-C 停止 to stop", ""]
    print("\n".join(lines), flush=True)


if __name__ == "__main__":
    sys.exit(main())
