"""Print registration certificates in all their forms, and use copies of them."""

from collections.abc import Mapping
from functools import lru_cache

from lms.credentials.rules import CopyMark, Likeness, PrintedRegistration
from lms.credentials.rules.files import Printed, Seals
from lms.gateways import credential
from lms.gateways.drawing import registration
from lms.gateways.drawing.codes import qr_rows
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.words import SPECIALTIES, plain_date
from lms.gateways.ofd.writer import About
from lms.gateways.printing.completion import ATTACHED
from lms.gateways.printing.forms import Forms, Shared, Sheet
from lms.policy.licences import LICENCES
from lms.policy.model import Province


class Registrations:
    """Prints registration certificates of any province."""

    def __init__(self, fonts: Fonts, base_url: str, *, specimen: bool) -> None:
        self._fonts = fonts
        self._base_url = base_url
        self._specimen = specimen
        self._forms = Forms(fonts, "licence")
        self._shared = lru_cache(maxsize=8)(self._share)

    def _share(self, province: Province) -> Shared:
        law = LICENCES[province]
        page = registration.static(
            self._fonts, law, f"{self._base_url}/verify", specimen=self._specimen
        )
        return self._forms.share(
            page, registration.stamp(self._fonts, law), registration.SEAL
        )

    def print(
        self, facts: PrintedRegistration, likeness: Likeness, seals: Seals
    ) -> Printed:
        """Draw one certificate once, and give it in all forms.

        Raises: MissingGlyph; Refused without keys; Unavailable.
        """
        ring, link = seals.lend(), f"{self._base_url}/v/{facts.token}"
        made = credential.issue(facts, ring.credential, self._base_url)
        code = qr_rows(f"{link}#{credential.qr_code(facts, ring.credential)}")
        sheet = Sheet(
            self._shared(facts.province),
            registration.variable(self._fonts, facts, likeness, code, None),
            About(
                title=f"二级建造师注册证书 {facts.registration_no}",
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

    def lend(
        self,
        facts: PrintedRegistration,
        likeness: Likeness,
        copy: CopyMark,
        seals: Seals,
    ) -> bytes:
        """Draw the use copy that `copy` marks, as a signed PDF.

        Raises: MissingGlyph; Refused without keys; Unavailable.
        """
        link = f"{self._base_url}/v/{copy.token}"
        sheet = Sheet(
            self._shared(facts.province),
            registration.variable(self._fonts, facts, likeness, qr_rows(link), copy),
            About(
                title=f"二级建造师注册证书使用件 {facts.registration_no}",
                author=facts.issuer,
                number=facts.number,
                code=copy.token,
                made_on=copy.valid_from,
                link=link,
            ),
        )
        return self._forms.pdf(sheet, seals.lend().document, seals.at)


def _said(facts: PrintedRegistration) -> Mapping[str, str]:
    """Say for a reader of data what the certificate says for eyes."""
    return {
        "姓名": facts.name,
        "注册编号": facts.registration_no,
        "聘用企业": facts.employer,
        "注册专业": "；".join(
            SPECIALTIES[term.specialty]
            + (f" 至{plain_date(term.valid_until)}" if term.valid_until else "")
            for term in facts.terms
        ),
        "签发日期": plain_date(facts.issued_on),
    }
