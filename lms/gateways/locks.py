"""The old registration system's locks, from the list that the authority exported.

`<data>/locks.csv` has one line for each lock or account: its name, the company's
unified social credit code, a salt and the scrypt of its secret, both in hex. Without
the file the old system cannot be asked, and companies prove themselves on site.
"""

import csv
import hashlib
import hmac
from pathlib import Path

from lms.kernel.errors import Unavailable
from lms.people.ports import LockFacts


def scrypt(secret: str, salt: bytes) -> bytes:
    """Make the form in which a secret is exported."""
    return hashlib.scrypt(secret.encode(), salt=salt, n=2**14, r=8, p=1)


class FileLocks:
    """`LockBook` over the exported list."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def connected(self) -> bool:
        """Tell whether there is a list."""
        return self._file.is_file()

    def read(self, lock: str, secret: str) -> LockFacts | None:
        """Say whose lock it is."""
        try:
            with self._file.open(encoding="utf-8", newline="") as opened:
                rows = {row[0]: row for row in csv.reader(opened) if row[3:]}
        except OSError as gone:
            raise Unavailable("lock.not_connected") from gone
        row = rows.get(lock.strip(), ["", "", "00", "00"])
        right = hmac.compare_digest(
            scrypt(secret, bytes.fromhex(row[2])), bytes.fromhex(row[3])
        )
        return LockFacts(row[1]) if right else None
