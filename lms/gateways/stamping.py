"""The timestamping authority that the operator named. Loaded when it is first asked."""

from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

if TYPE_CHECKING:
    from lms.gateways.pdf.longterm import Stamping


class TimeAuthority:
    """Makes sealed files last: the port of `credentials`."""

    def __init__(self, url: str, roots: tuple[bytes, ...]) -> None:
        self._url, self._roots = url, roots
        self._ready: Stamping | None = None
        self._lock = Lock()

    def extend(self, data: bytes, at: datetime, lists: tuple[bytes, ...] = ()) -> bytes:
        """Give the file with certificates, lists and a stamp behind it.

        Raises: Refused when it bears no signature; Unavailable.
        """
        with self._lock:
            return self._stamping().extend(data, lists, at)

    def seal(self, data: bytes, at: datetime) -> bytes:
        """Give a sealed package with a stamp over its seal.

        Raises: Refused when it bears no seal; Unavailable.
        """
        with self._lock:
            return self._stamping().seal(data, at)

    def _stamping(self) -> "Stamping":
        if self._ready is None:
            from lms.gateways.pdf.longterm import Stamping  # noqa: PLC0415 - slow to import, seldom wanted

            self._ready = Stamping(self._url, self._roots)
        return self._ready


def believed(path: Path | None) -> tuple[bytes, ...]:
    """Read the certificates of the authorities whose stamps count. Shape: DER.

    Raises: ValueError when the file holds none.
    """
    if path is None:
        return ()
    found = x509.load_pem_x509_certificates(path.read_bytes())
    return tuple(one.public_bytes(Encoding.DER) for one in found)
