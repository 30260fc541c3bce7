"""Print registration certificates and use copies of them."""

from functools import lru_cache

from lms.credentials.rules import CopyMark, Likeness, PrintedRegistration
from lms.gateways.drawing import diploma, registration
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.pdf.certificate import Registered, qr_rows
from lms.gateways.pdf.press import Layer, Press
from lms.policy.licences import LICENCES
from lms.policy.model import Province

_SIZE = (diploma.WIDTH, diploma.HEIGHT)


class Registrations:
    """Prints registration certificates of any province."""

    def __init__(self, fonts: Fonts, base_url: str, *, specimen: bool) -> None:
        self._fonts = fonts
        self._base_url = base_url
        self._specimen = specimen
        self._fixed = Registered(fonts, "licence-fixed")
        self._free = Registered(fonts, "licence-free")
        self._layers = lru_cache(maxsize=8)(self._encode)

    def _encode(self, province: Province) -> tuple[Layer, ...]:
        press, law = Press(_SIZE, self._fixed), LICENCES[province]
        page = registration.static(
            self._fonts, law, f"{self._base_url}/verify", specimen=self._specimen
        )
        return (
            press.encode("page", page),
            press.encode("seal", registration.stamp(self._fonts, law)),
        )

    def print(
        self, facts: PrintedRegistration, likeness: Likeness, copy: CopyMark | None
    ) -> bytes:
        """Draw one certificate, or one use copy.

        Raises: MissingGlyph.
        """
        link = f"{self._base_url}/v/{copy.token if copy else facts.token}"
        scene = registration.variable(self._fonts, facts, likeness, qr_rows(link), copy)
        layers = self._layers(facts.province)
        press = Press(_SIZE, self._free)
        press.take(layers)
        name = "二级建造师注册证书使用件" if copy else "二级建造师注册证书"
        press.setTitle(f"{name} {facts.registration_no}")
        press.setAuthor(facts.issuer)
        press.setSubject(link)
        press.setKeywords(facts.number)
        press.setCreator("Xueshi")
        press.setViewerPreference("DisplayDocTitle", "true")
        made_on = copy.valid_from if copy else facts.issued_on
        press.dated(f"D:{made_on:%Y%m%d}000000+08'00'")
        press.doForm(layers[0].form)
        press.draw(scene)
        press.setBlendMode("Multiply")  # ink over ink, as a stamp does
        press.doForm(layers[1].form)
        return press.finish()
