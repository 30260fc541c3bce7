"""QR codes as rows of modules."""

import zxingcpp

_BLACK_IS_ONE = bytes(1 if grey < 128 else 0 for grey in range(256))  # noqa: PLR2004 - the middle of 256 greys


def qr_rows(text: str) -> tuple[bytes, ...]:
    """Encode a text as a QR code; 1 is black."""
    image = zxingcpp.create_barcode(
        text, zxingcpp.BarcodeFormat.QRCode, ec_level="M"
    ).to_image(scale=1, add_quiet_zones=False)
    view = memoryview(image)  # type: ignore[arg-type]  # an image of zxing is a buffer
    side, flat = view.shape[1], view.tobytes()  # type: ignore[index]  # of two dimensions
    rows = (flat[i : i + side] for i in range(0, len(flat), side))
    return tuple(row.translate(_BLACK_IS_ONE) for row in rows)
