"""A day's bill as these providers write it: a table of trades, read row by row."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from lms.gateways.mainland.amounts import fen
from lms.gateways.mainland.wire import FILE
from lms.kernel.errors import Unavailable
from lms.kernel.money import Fen

WRITTEN = 10
"""The hour of the morning by which both have written yesterday's bill."""

_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class Row:
    """Money that came in, as a bill says. Units: fen."""

    number: str
    amount_fen: Fen
    attach: str = ""
    merchant: str = ""
    app: str = ""


def wechat(raw: bytes, digest: str) -> Iterator[Row]:
    """Read a bill of all trades, if its bytes are those that were announced.

    Raises: Unavailable.
    """
    # SHA-1 is the platform's choice; the digest came in a signed answer.
    found = hashlib.sha1(raw).hexdigest()  # noqa: S324 - what the provider publishes
    if found != digest.lower():
        raise Unavailable("payment.unavailable")
    for row in _table(raw, "商户订单号"):
        if row.get("交易状态") == "SUCCESS":
            amount = row.get("订单金额") or row.get("应结订单金额")
            yield Row(
                row["商户订单号"],
                fen(amount),
                row.get("商户数据包", ""),
                row.get("商户号", ""),
                row.get("公众账号ID", ""),
            )


def alipay(raw: bytes) -> Iterator[Row]:
    """Read the detailed table in Alipay's archive.

    Raises: Unavailable.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            inside = [
                one
                for one in archive.infolist()
                if one.filename.endswith(".csv") and one.file_size <= FILE
            ]
            tables = [archive.read(one) for one in inside]
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise Unavailable("payment.unavailable") from error
    for table in tables:
        for row in _table(table, "商户订单号"):
            if row.get("业务类型") == "交易":
                yield Row(row["商户订单号"], fen(row.get("订单金额（元）")))


def _table(raw: bytes, column: str) -> Iterator[dict[str, str]]:
    """Give the rows under the header that has a column; others are totals and talk."""
    head: list[str] = []
    for cells in csv.reader(io.StringIO(_decoded(raw))):
        row = [cell.strip().lstrip("`") for cell in cells]
        if not head:
            head = row if column in row else []
        elif len(row) < len(head):
            return  # the totals below
        else:
            yield dict(zip(head, row, strict=False))


def _decoded(raw: bytes) -> str:
    for one in _ENCODINGS:
        try:
            return raw.decode(one)
        except UnicodeDecodeError:
            continue
    raise Unavailable("payment.unavailable")
