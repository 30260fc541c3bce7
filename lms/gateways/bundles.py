"""Packs a course into one ZIP, and looks into such a file without believing it.

Names are ours alone, sizes are counted while they are read, and every digest is checked
before anything is handed on. Nothing is ever unpacked under a name of the file's.
"""

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from lms.catalogue.ports import OpenedBundle, Readable
from lms.catalogue.rules.bundles import (
    MANIFEST,
    MEDIA_NAME,
    MOST_BYTES,
    MOST_ENTRIES,
    MOST_MANIFEST,
    SUMS,
)
from lms.kernel.errors import Refused

_CHUNK = 1 << 18
_PLAIN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_LOCKED = 0x1
_MOST_SUMS = 64_000
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError,
    RuntimeError, OverflowError, ValueError, OSError, struct.error,
)  # fmt: skip
"""What the library says of a file that lies about itself."""

_WHEN = (1980, 1, 1, 0, 0, 0)


class ZipBundles:
    """`BundleDesk` over ZIP files."""

    def pack(
        self, out: IO[bytes], manifest: Mapping[str, Any], media: Mapping[str, Path]
    ) -> None:
        """Write a course: its manifest, the bodies that are given, and all digests."""
        told = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        sums = [f"{hashlib.sha256(told).hexdigest()}  {MANIFEST}"]
        with zipfile.ZipFile(out, "w") as packed:
            packed.writestr(_entry(MANIFEST), told, zipfile.ZIP_DEFLATED)
            for name, path in sorted(media.items()):
                digest = hashlib.sha256()
                entry = _entry(name)
                entry.file_size = path.stat().st_size
                with path.open("rb") as body, packed.open(entry, "w") as into:
                    while chunk := body.read(_CHUNK):
                        digest.update(chunk)
                        into.write(chunk)
                sums.append(f"{digest.hexdigest()}  {name}")
            packed.writestr(_entry(SUMS), "\n".join([*sums, ""]))

    @contextmanager
    def open(self, stream: IO[bytes]) -> Iterator[OpenedBundle]:
        """Open a file that somebody sent.

        Raises: Refused for what is no such package, in one word of what is wrong.
        """
        with _unlocked(stream) as packed:
            yield _guarded(packed)


def _unlocked(stream: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except _BROKEN as broken:
        raise Refused("bundle.broken") from broken


def _guarded(packed: zipfile.ZipFile) -> OpenedBundle:
    try:
        return _opened(packed)
    except _BROKEN as broken:
        raise Refused("bundle.broken") from broken


def _entry(name: str) -> zipfile.ZipInfo:
    """Name an entry the same at any hour, so that one course is one file."""
    entry = zipfile.ZipInfo(name, _WHEN)
    entry.external_attr = 0o644 << 16
    return entry


def _opened(packed: zipfile.ZipFile) -> OpenedBundle:
    known = _known(packed.infolist())
    sums = _sums(_small(packed, known[SUMS], _MOST_SUMS))
    if set(sums) != set(known) - {SUMS}:
        raise Refused("bundle.sums")
    told = _small(packed, known[MANIFEST], MOST_MANIFEST)
    if hashlib.sha256(told).hexdigest() != sums[MANIFEST]:
        raise Refused("bundle.digest", name=MANIFEST)
    files = {name: one for name, one in known.items() if name not in {MANIFEST, SUMS}}
    for name, one in files.items():
        named = MEDIA_NAME.fullmatch(name)
        if named is None or sums[name] != named[1] or _digest(packed, one) != named[1]:
            raise Refused("bundle.digest", name=name)
    return OpenedBundle(
        told=_json(told),
        files={name: one.file_size for name, one in files.items()},
        body=lambda name: _Body(packed, files[name]),
    )


def _known(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Look at the list of entries alone: names, kinds, and what they say of their size.

    Raises: Refused.
    """
    if len(entries) > MOST_ENTRIES:
        raise Refused("bundle.many")
    known: dict[str, zipfile.ZipInfo] = {}
    for one in entries:
        _look(one, known)
        known[one.filename] = one
    if sum(one.file_size for one in entries) > MOST_BYTES:
        raise Refused("bundle.big")
    if MANIFEST not in known or SUMS not in known:
        raise Refused("bundle.format")
    return known


def _look(one: zipfile.ZipInfo, known: Mapping[str, zipfile.ZipInfo]) -> None:
    """Refuse an entry by its name or its kind, before a byte of it is read."""
    ours = one.filename in {MANIFEST, SUMS} or MEDIA_NAME.fullmatch(one.filename)
    if not ours or one.orig_filename != one.filename or one.filename in known:
        raise Refused("bundle.name", name=one.filename[:80])
    if one.flag_bits & _LOCKED or one.compress_type not in _PLAIN:
        raise Refused("bundle.broken")


def _small(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    with packed.open(entry) as file:
        found = file.read(most + 1)
    if len(found) > most:
        raise Refused("bundle.big")
    return found


def _sums(raw: bytes) -> dict[str, str]:
    try:
        rows = [line.split("  ", 1) for line in raw.decode().splitlines()]
        return {name: digest for digest, name in rows}
    except ValueError as wrong:
        raise Refused("bundle.sums") from wrong


def _digest(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    """Digest a body; one that is longer than it says is none."""
    digest, size = hashlib.sha256(), 0
    with packed.open(entry) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if size > MOST_BYTES:
                raise Refused("bundle.big")
    return digest.hexdigest() if size == entry.file_size else ""


def _json(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as wrong:
        raise Refused("bundle.format") from wrong


class _Body:
    """One body of the package, read on."""

    def __init__(self, packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        self._file: Readable = packed.open(entry)

    def read(self, size: int = -1, /) -> bytes:
        """Read on; nothing at the end."""
        return self._file.read(size)
