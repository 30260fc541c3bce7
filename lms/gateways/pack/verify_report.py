#!/usr/bin/env python3
"""Check a report to the province. Needs plain Python 3.9 or later and no network.

    python3 verify_report.py REPORT.zip [--key BASE64]

It says INTACT, or names what is wrong and ends with 1. It proves that the association
signed the list of files, and that no file was changed, added or taken out since.
Without --key it must believe the key in the file: take it from the site's page of keys.

    核验上报材料：离线运行，结果为 INTACT 即“完好”；否则逐项指出不符之处并以 1 退出。
    没有 --key 时只能相信文件里的公钥，请从平台的密钥公示页抄录。
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from lms.gateways.pack.curve import ed25519_good

TITLE = "Xueshi province report"
LIST, MARK = "MANIFEST.json", "MANIFEST.sig"
IN_FILE = "INTACT 完好 (by the key in the file 按文件内的公钥)"


def read_key(typed: str) -> bytes:
    """Read a public key, in either spelling of base64."""
    plain = typed.strip().replace("-", "+").replace("_", "/").rstrip("=")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def problems(path: Path, key: str | None) -> list[str]:
    """Name everything that is wrong with a report."""
    try:
        with zipfile.ZipFile(path) as pack:
            twice = len(set(pack.namelist())) != len(pack.namelist())
            files = {name: pack.read(name) for name in pack.namelist()}
    except (OSError, zipfile.BadZipFile) as error:
        return [f"cannot be read 无法读取: {error}"]
    found = ["a name stands twice 文件名重复"] if twice else []
    try:
        listed: dict[str, Any] = json.loads(files[LIST])["files"]
        mark = base64.b64decode(files[MARK].strip(), validate=True)
        inside = files["KEY.txt"].split()[1].decode()
        public = read_key(key or inside)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        return [
            *found,
            f"list, signature or key is missing or broken 清单或签名损坏: {error}",
        ]
    digest = hashlib.sha256(files[LIST]).hexdigest()
    if not ed25519_good(public, f"{TITLE}\nsha256 {digest}\n".encode(), mark):
        found.append("the signature is wrong 签名不对")
    names = set(files) - {LIST, MARK}
    found += [
        f"{one}: not in the list 清单外的文件" for one in sorted(names - set(listed))
    ]
    found += [f"{one}: missing 缺失" for one in sorted(set(listed) - names)]
    found += [
        f"{one}: was changed 内容被改动"
        for one in sorted(names & set(listed))
        if hashlib.sha256(files[one]).hexdigest() != listed[one]
    ]
    return found


def main() -> int:
    """Run from a command line."""
    parser = argparse.ArgumentParser(description="Check a report to the province.")
    parser.add_argument("report", type=Path)
    parser.add_argument("--key", help="the public key, base64, from the page of keys")
    asked = parser.parse_args()
    found = problems(asked.report, asked.key)
    said = found or ["INTACT 完好" if asked.key else IN_FILE]
    sys.stdout.write("\n".join(said) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
