"""What an application rests on that only its applicant has said, and what is known."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.people import queries as people
from lms.policy.model import Application
from lms.registration.queries import eligibility, provenance
from lms.registration.queries.applications import ApplicationCard
from lms.web.employer_words import CASES
from lms.web.filters import day, listed
from lms.web.office.forms import compare_form
from lms.web.records.application_offers import told_cases

Pairs = list[tuple[str, str]]


def resting_on(session: Session, card: ApplicationCard) -> dict[str, object]:
    """Say what somebody is registered as and who says so, and what was only told."""
    known = provenance.provenance(session, card.person_id)
    again = card.application is Application.RE_REGISTRATION
    ended = eligibility.deregistered_on(session, card.person_id) if again else None
    return {
        "known": known,
        "qualified": people.qualifications(session, card.person_id),
        "compare_form": compare_form(known),
        "declared": _declared(card, ended),
        "unsure": again and ended is None,
    }


def _declared(card: ApplicationCard, ended: date | None) -> Pairs:
    """List circumstances and days of the matter, in the applicant's words."""
    cases = told_cases(card)
    pairs = [
        (_("情形"), listed((CASES[one] for one in cases), strong=True)),
        (_("变更后的企业名称"), str(card.facts.get("employer_name", ""))),
        (_("信息变更的日期"), _day(card, "changed_on")),
        (_("原注册终止日期（填写）"), _day(card, "deregistered_on")),
        (_("原注册终止日期（平台记录）"), day(ended) if ended else ""),
    ]
    return [(str(label), value) for label, value in pairs if value]


def _day(card: ApplicationCard, name: str) -> str:
    text = card.facts.get(name)
    return day(date.fromisoformat(text)) if text else ""
