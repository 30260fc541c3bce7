"""Reads the tax system's files: the web process opens none of them itself."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from lms.commerce.ports import InvoicePaper
from lms.commerce.rules.columns import plain
from lms.commerce.rules.invoices import FileForm, Read
from lms.gateways import rooms
from lms.kernel.errors import Refused
from lms.kernel.money import Fen

UPLOAD_BYTES = 10 * 2**20


class LocalInvoiceReader:
    """`InvoiceReader` on this machine."""

    def read(self, upload: bytes) -> InvoicePaper:
        """Look into a file, and read what it says of itself."""
        if len(upload) > UPLOAD_BYTES:
            raise Refused("paper.too_big")
        answer = rooms.answer("invoiceroom", upload, unreadable="paper.unreadable")
        told: dict[str, Any] = json.loads(answer)
        return InvoicePaper(FileForm(told["form"]), upload, _read(told))


def _read(told: Mapping[str, Any]) -> Read:
    """Join what a file's voices say; where two differ, the file contradicts itself."""
    said: list[dict[str, str]] = told["said"]
    numbers, days, amounts = (_each(said, key) for key in ("number", "on", "fen"))
    mixed = len(set(numbers)) > 1 or len(set(days)) > 1 or len(set(amounts)) > 1
    return Read(
        numbers[0] if numbers else None,
        _day(days[0]) if days else None,
        Fen(int(amounts[0])) if amounts else None,
        plain(told["words"]),
        ("invoice.contradicts",) if mixed else (),
    )


def _each(said: Iterable[Mapping[str, str]], key: str) -> list[str]:
    return [one[key] for one in said if one.get(key)]


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
