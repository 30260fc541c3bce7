"""Print certificates of continuing education in all their forms."""

from collections.abc import Mapping
from functools import lru_cache

from lms.credentials.rules import Facts
from lms.credentials.rules.designs import Design
from lms.credentials.rules.files import Printed, Seals
from lms.gateways import credential
from lms.gateways.drawing import diploma
from lms.gateways.drawing.codes import qr_rows
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.words import SPECIALTIES, plain_date
from lms.gateways.ofd.writer import About
from lms.gateways.printing.forms import Forms, Shared, Sheet
from lms.kernel.credit import hours_text

ATTACHED = "credential.json"


class Certificates:
    """Prints certificates of any association."""

    def __init__(self, fonts: Fonts, base_url: str) -> None:
        self._fonts = fonts
        self._base_url = base_url
        self._forms = Forms(fonts, "diploma")
        self._shared = lru_cache(maxsize=32)(self._share)

    def _share(self, issuer: str, design: Design) -> Shared:
        return self._forms.share(
            diploma.static(self._fonts, design, issuer, f"{self._base_url}/verify"),
            diploma.stamp(self._fonts, design, issuer),
            diploma.seal_place(design),
        )

    def print(
        self, facts: Facts, photo: bytes | None, design: Design, seals: Seals
    ) -> Printed:
        """Draw one certificate once, and give it in all forms.

        Raises: MissingGlyph; Refused without keys; Unavailable.
        """
        ring, link = seals.lend(), f"{self._base_url}/v/{facts.token}"
        made = credential.issue(facts, ring.credential, self._base_url)
        code = qr_rows(f"{link}#{credential.qr_code(facts, ring.credential)}")
        sheet = Sheet(
            self._shared(facts.issuer, design),
            diploma.variable(self._fonts, design, facts, code, photo),
            About(
                title=f"继续教育合格证 {facts.number}",
                author=facts.issuer,
                number=facts.number,
                code=facts.token,
                made_on=facts.issued_on,
                link=link,
                said=_said(facts),
            ),
            (ATTACHED, made.json),
        )
        return self._forms.sealed(sheet, ring, seals.at, made.jwt)


def _said(facts: Facts) -> Mapping[str, str]:
    """Say for a reader of data what the certificate says for eyes."""
    return {
        "姓名": facts.name,
        "身份证号": facts.id_masked,
        "聘用企业": facts.employer,
        "学时": "；".join(
            f"{SPECIALTIES[row.specialty]} 必修 {hours_text(row.required)}"
            f" 选修 {hours_text(row.elective)}"
            for row in facts.hours
        ),
        "适用期": f"{plain_date(facts.period_from)}至{plain_date(facts.period_until)}",
        "发证日期": plain_date(facts.issued_on),
    }
