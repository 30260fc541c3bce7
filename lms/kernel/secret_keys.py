"""The house's own keys: one file each, made whole on the first start."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """Keys, 32 bytes each, from files of mode 0400 or made on the first start."""

    cookie: bytes
    master: bytes
    pepper: bytes
    password_pepper: bytes
    signing: bytes


def read(
    env: Mapping[str, str], data_dir: Path, problems: list[str], *, production: bool
) -> Secrets:
    """Read the keys from `LMS_KEYS_DIR`; `problems` learns what is wrong with them."""
    keys_dir = Path(env.get("LMS_KEYS_DIR", data_dir / "keys"))
    names = ("cookie", "master", "pepper", "password_pepper", "signing")
    found = {
        name: _key(keys_dir / f"{name}.key", production=production, problems=problems)
        for name in names
    }
    if len(set(found.values())) < len(names):
        problems.append("LMS_KEYS_DIR: two keys are the same")
    return Secrets(**found)


def _key(path: Path, *, production: bool, problems: list[str]) -> bytes:
    """Read one key; outside production a missing one is made."""
    if not path.exists() and not production:
        _make_key(path)
    if not path.exists():
        problems.append(f"{path.name}: key file is missing from LMS_KEYS_DIR")
        return path.name.encode()
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        problems.append(f"{path.name}: must hold exactly {_KEY_BYTES} bytes")
    if production and path.stat().st_mode & 0o277:
        problems.append(f"{path.name}: must be readable by its owner alone (0400)")
    return key


def _make_key(path: Path) -> None:
    """Write a new key whole, or leave the one that another process wrote first."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    # What is sealed with it shall not outlive it.
    for folder in (path.parent, path.parent.parent):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(handle)
        os.close(handle)
