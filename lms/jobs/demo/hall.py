"""The demonstration's desk: who does which step, and the sheets that are handed in."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from PIL import Image, ImageDraw

from lms.credentials.ports import RegistrationPrinter
from lms.jobs.demo.people import Made
from lms.kernel.clock import legal_day
from lms.kernel.work import Work
from lms.people import queries as people
from lms.policy.flow import MaterialKind, Need, Party
from lms.registration.queries import applications, dossier
from lms.registration.queries import desk as desks
from lms.registration.queries import offices as office_queries
from lms.registration.rules.dossier import Given
from lms.registration.rules.states import Act
from lms.registration.services import Asked, Doing, act, commit_to, open_application
from lms.registration.services import desk as desk_services
from lms.registration.services import dossier as dossiers
from lms.registration.services.desk import Deed
from lms.registration.services.dossier import Ready

_OFFICE = "NM-JST"


class Hall:
    """Whoever takes part, and the printer of what is granted."""

    def __init__(
        self, work: Work, seats: Mapping[str, Made], printer: RegistrationPrinter
    ) -> None:
        self._work, self._seats, self._printer = work, seats, printer

    def at(self, days_ago: int, made: Made) -> Work:
        """Work as somebody did some days ago."""
        then = self._work.now - timedelta(days=days_ago)
        return replace(self._work, now=then, actor=made.actor)

    def begin(self, work: Work, made: Made, asked: Asked) -> UUID:
        """Begin an application, hand in what it asks for, and sign."""
        one = open_application(work, asked, Party.PERSON)
        card = applications.application(work.session, one)
        for row in dossier.dossier(work.session, card, legal_day(work.now)).rows:
            if not row.done:
                dossiers.hand_in(work, one, paper(row.material.kind), Party.PERSON)
        if Need.PERSON_COMMITMENT in card.step.needs:
            name = people.name(work.session, made.person_id)
            commit_to(work, one, Party.PERSON, name, None)
        self._pass(work, one, Party.PERSON)
        return one

    def confirm(self, work: Work, one: UUID, signer: str) -> None:
        """Let the company sign and send it on."""
        commit_to(work, one, Party.EMPLOYER, signer, None)
        self._pass(work, one, Party.EMPLOYER)

    def desk(self, days_ago: int, one: UUID, what: Act = Act.PASS) -> None:
        """Let whoever sits there do the present step: the teller, or who decides."""
        decides = what is Act.GRANT
        work = self.at(days_ago, self._seats["approver" if decides else "office"])
        place = self.place(work, "approver" if decides else "teller")
        seen = applications.application(work.session, one).version
        deed = Deed(what, seen)
        desk_services.do(work, place, one, deed, printer=self._printer)

    def teller(self, days_ago: int) -> Work:
        """Work as the teller did some days ago."""
        return self.at(days_ago, self._seats["office"])

    def place(self, work: Work, role: str) -> desks.Desk:
        """Give the desk of the province's department."""
        office = office_queries.office_coded(work.session, _OFFICE)
        return desks.desk_of(work.session, office.id, [role], legal_day(work.now))

    def _pass(self, work: Work, one: UUID, by: Party) -> None:
        act(work, Doing(one, Act.PASS, by, None), printer=self._printer)


def paper(kind: MaterialKind) -> Ready:
    """Draw a sheet that stands for a scan, and says that it is a specimen."""
    sheet = Image.new("RGB", (620, 877), "white")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((40, 40, 580, 837), outline=(120, 130, 145), width=2)
    pen.text((70, 70), f"SPECIMEN  {kind.value}", fill=(60, 70, 85), font_size=28)
    for line in range(14):
        pen.line((70, 160 + line * 40, 550, 160 + line * 40), fill=(205, 212, 222))
    raw = io.BytesIO()
    sheet.save(raw, "JPEG", quality=80)
    body = raw.getvalue()
    given = Given(open_ended=True, insurance_months=6, hand_signed=True, sealed=True)
    return Ready(
        kind,
        f"{kind.value}.jpg",
        "image/jpeg",
        body,
        hashlib.sha256(body).digest(),
        1,
        given=given,
    )
