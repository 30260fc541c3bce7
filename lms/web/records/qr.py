"""QR codes for pages."""

import zxingcpp


def qr_path(text: str) -> tuple[int, str]:
    """Draw a QR code as one SVG path; with it, how many modules a side has."""
    image = zxingcpp.create_barcode(
        text, zxingcpp.BarcodeFormat.QRCode, ec_level="M"
    ).to_image(scale=1, add_quiet_zones=False)
    view = memoryview(image)  # type: ignore[arg-type]
    side, flat = view.shape[1], view.tobytes()  # type: ignore[index]
    path = "".join(
        f"M{i % side} {i // side}h1v1h-1z" for i, grey in enumerate(flat) if not grey
    )
    return side, path
