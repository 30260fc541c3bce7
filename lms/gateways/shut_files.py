"""Files that lie shut on the disk: sealed piece by piece, read from any place.

Each file has a key of its own that seals nothing else, so the number of a piece is
nonce enough; the last piece says so, and a file that was cut short does not open.
"""

import io
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lms.kernel import pii

PIECE = 1 << 16
_TAG = 16


class ShutWriter:
    """Takes bytes and puts them away sealed; it holds one piece in memory."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self._file, self._lock = file, AESGCM(key)
        self._waiting = bytearray()
        self._n = 0
        self.size = 0

    def write(self, data: bytes) -> int:
        """Take more."""
        self._waiting += data
        self.size += len(data)
        while len(self._waiting) > PIECE:
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def flush(self) -> None:
        """Do nothing: a piece is written when it is whole."""

    def end(self) -> None:
        """Put the last piece away."""
        self._put(bytes(self._waiting), last=True)
        self._file.flush()

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._lock.encrypt(_nonce(self._n, last=last), piece, None))
        self._n += 1


class ShutReader(io.RawIOBase):
    """Reads such a file from anywhere, a piece at a time. Units: `size` in bytes."""

    def __init__(self, path: Path, key: bytes, size: int) -> None:
        super().__init__()
        self._file, self._lock, self._size = path.open("rb"), AESGCM(key), size
        self._place, self._n, self._piece = 0, -1, b""

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be read from anywhere."""
        return True

    def tell(self) -> int:
        """Say where it is."""
        return self._place

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}
        self._place = max(0, base[whence] + place)
        return self._place

    def readinto(self, into: object) -> int:
        """Read on.

        Raises: SealBroken.
        """
        view = memoryview(into)  # type: ignore[arg-type]  # what reads hands in a buffer
        if self._place >= self._size:
            return 0
        n, skip = divmod(self._place, PIECE)
        self._open(n)
        part = self._piece[skip : skip + len(view)]
        view[: len(part)] = part
        self._place += len(part)
        return len(part)

    def _open(self, n: int) -> None:
        if n == self._n:
            return
        self._file.seek(n * (PIECE + _TAG))
        sealed = self._file.read(PIECE + _TAG)
        last = n == (self._size - 1) // PIECE
        try:
            self._piece = self._lock.decrypt(_nonce(n, last=last), sealed, None)
        except (InvalidTag, ValueError) as error:
            raise pii.SealBroken("package") from error
        self._n = n

    def close(self) -> None:
        """Let the file go."""
        self._file.close()
        super().close()

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        """Let the file go."""
        self.close()


def _nonce(n: int, *, last: bool) -> bytes:
    return n.to_bytes(11, "big") + bytes([last])
