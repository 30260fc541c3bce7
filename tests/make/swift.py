"""OpenStack Swift with its S3 interface, on one disk: a store that checks signatures.

Four processes of the `swift` package: accounts, containers, objects, and the proxy that
speaks S3. A store in memory would accept any signature and any age, and prove nothing.
"""

from __future__ import annotations

import getpass
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from lms.kernel.settings import S3Settings
from tests.engines import free_port

_BIN = Path(sys.executable).parent
_KINDS = ("account", "container", "object")
_HASH = """[swift-hash]
swift_hash_path_suffix = xueshi
swift_hash_path_prefix = xueshi
[storage-policy:0]
name = one
default = yes
"""
_DEFAULT = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
user = {user}
swift_dir = {folder}
devices = {folder}/disks
mount_check = false
workers = 0
cors_allow_origin = *
"""
_SERVER = """[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
_FILTERS = {
    "catch_errors": "",
    "gatekeeper": "",
    "healthcheck": "",
    "listing_formats": "",
    "bulk": "",
    "tempurl": "",
    "s3api": "cors_preflight_allow_origin = *\n",
    "tempauth": "user_test_tester = testing .admin\n",
    "copy": "",
    "slo": "",
    "dlo": "",
    "versioned_writes": "allow_versioned_writes = true\n",
    "symlink": "",
}
PATIENCE_SECONDS = 120


@contextmanager
def running(folder: Path) -> Iterator[S3Settings]:
    """Run it, with an empty bucket."""
    ports = {kind: free_port() for kind in (*_KINDS, "proxy")}
    (folder / "disks" / "d1").mkdir(parents=True)
    (folder / "swift.conf").write_text(_HASH, "utf-8")
    for kind, port in ports.items():
        (folder / f"{kind}.conf").write_text(_config(folder, kind, port), "utf-8")
    for kind in _KINDS:
        _ring(folder, kind, ports[kind])
    servers = [_started(folder, kind) for kind in ports]
    url = f"http://127.0.0.1:{ports['proxy']}"
    try:
        _wait(url)
        yield S3Settings(url, url, "xueshi-films", "test:tester", "testing",
                         "us-east-1", "path")  # fmt: skip
    finally:
        for one in servers:
            one.terminate()
        for one in servers:
            one.wait()


def _config(folder: Path, kind: str, port: int) -> str:
    head = _DEFAULT.format(port=port, user=getpass.getuser(), folder=folder)
    if kind != "proxy":
        return head + _SERVER.format(kind=kind)
    pipeline = " ".join([*_FILTERS, "proxy-server"])
    filters = "".join(
        f"[filter:{name}]\nuse = egg:swift#{name}\n{more}"
        for name, more in _FILTERS.items()
    )
    return (
        f"{head}[pipeline:main]\npipeline = {pipeline}\n[app:proxy-server]\n"
        f"use = egg:swift#proxy\naccount_autocreate = true\n{filters}"
    )


def _ring(folder: Path, kind: str, port: int) -> None:
    builder = str(folder / f"{kind}.builder")
    for what in (
        ("create", "4", "1", "1"),
        ("add", f"r1z1-127.0.0.1:{port}/d1", "1"),
        ("rebalance",),
    ):
        command = (sys.executable, str(_BIN / "swift-ring-builder"), builder, *what)
        subprocess.run(command, check=True, capture_output=True)


def _started(folder: Path, kind: str) -> subprocess.Popen[bytes]:
    command = (
        sys.executable, str(_BIN / f"swift-{kind}-server"), str(folder / f"{kind}.conf")
    )  # fmt: skip
    with (folder / f"{kind}.log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


def _wait(url: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            # It lists nothing until the servers behind it answer too.
            if requests.get(f"{url}/healthcheck", timeout=2).status_code == 200:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise TimeoutError(url)
