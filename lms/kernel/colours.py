"""Colours as six digits, and how well they can be read beside white."""


def contrast(colour: str) -> float:
    """Compare a colour with white.

    Source: WCAG 2.2, contrast ratio.

    >>> round(contrast("#000000")), round(contrast("#ffffff"))
    (21, 1)
    """
    r, g, b = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)


def _linear(share: float) -> float:
    if share <= 0.04045:  # noqa: PLR2004 - of sRGB
        return share / 12.92
    return float(((share + 0.055) / 1.055) ** 2.4)


def mixed(colour: str, other: str, share: float) -> str:
    """Mix two colours; `share` of one is the other's.

    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = [(int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
