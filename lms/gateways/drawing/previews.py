"""Specimens: an association's design with the hardest facts that it may meet."""

from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from lms.credentials.rules import Anchor, Facts, HoursRow, number
from lms.credentials.rules.designs import Design
from lms.gateways.drawing import diploma
from lms.gateways.drawing.codes import qr_rows
from lms.gateways.drawing.fonts import Fonts, MissingGlyph
from lms.gateways.drawing.svg import svg
from lms.gateways.drawing.words import HEIGHT, WIDTH
from lms.kernel.credit import Credit
from lms.policy.model import Specialty

_PHOTO = Path(__file__).parent / "specimen.jpg"


def specimen(issuer: str) -> Facts:
    """Make up somebody with a long name, a rare sign and three specialties."""
    return Facts(
        number=number("SAMPLE", 2026, 1234567),
        token="YANGBEN00YANGBEN00YANGBEN0",  # noqa: S106 - of a specimen
        name="欧阳㛃𬀩·古丽巴哈尔",
        sex="female",
        id_masked="1501**********002X",
        employer="内蒙古自治区示例建设工程（集团）股份有限公司呼和浩特分公司",
        registration_no="蒙215020210149",
        hours=tuple(
            HoursRow(one, one is Specialty.MUNICIPAL, Credit(required), Credit(3050))
            for one, required in (
                (Specialty.MUNICIPAL, 6000),
                (Specialty.WATER, 3000),
                (Specialty.MECHANICAL, 3000),
            )
        ),
        score=92,
        passed_on=date(2026, 11, 20),
        period_from=date(2024, 1, 1),
        period_until=date(2026, 12, 31),
        issuer=issuer,
        issued_on=date(2026, 11, 21),
        anchor=Anchor(1_200_345, "c9ecc52be8ff4ede", date(2026, 11, 21)),
    )


class Previews:
    """Draws specimens: the port `DesignPress`."""

    def __init__(self, cache_dir: Path, base_url: str) -> None:
        self._fonts = Fonts(cache_dir / "fonts")
        self._base_url = base_url
        self._drawn = lru_cache(maxsize=16)(self._draw)

    def lacking(self, design: Design, issuer: str) -> str:
        """Name the characters of a design that no font draws; "" when none."""
        texts = (design.heading, design.title, design.subtitle, design.extra)
        return self._fonts.lacking("kai", "".join((*texts, design.sentence, issuer)))

    def preview(self, design: Design, issuer: str) -> str:
        """Draw a specimen as SVG.

        Raises: MissingGlyph.
        """
        lacking = self.lacking(design, issuer)
        if lacking:
            raise MissingGlyph(lacking)
        return self._drawn(design, issuer)

    def _draw(self, design: Design, issuer: str) -> str:
        fonts, facts = self._fonts, specimen(issuer)
        address = f"{self._base_url}/verify"
        pages = (
            diploma.static(fonts, design, issuer, address, "样本"),
            diploma.variable(fonts, design, facts, self._code, _PHOTO.read_bytes()),
        )
        seal = diploma.stamp(fonts, design, issuer)
        return svg(fonts, pages, (WIDTH, HEIGHT), over=(seal,))

    @cached_property
    def _code(self) -> tuple[bytes, ...]:
        return qr_rows(f"{self._base_url}/verify")
