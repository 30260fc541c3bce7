"""The words of checks after a grant: how far one is, and what a side is told."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.kernel.errors import NotFound
from lms.people.rules import Side
from lms.registration.queries import letters, offices
from lms.registration.queries.audits import CaseCard
from lms.registration.queries.letters import LetterCard
from lms.registration.queries.offices import OfficeCard
from lms.registration.rules.audits import AuditState, Finding
from lms.registration.rules.letters import LetterKind

STATES: dict[AuditState, tuple[LazyString, str]] = {
    AuditState.ASKED: (_l("等交付资料"), "warn"),
    AuditState.SOUND: (_l("核查合格"), "ok"),
    AuditState.TO_MEND: (_l("责令整改"), "warn"),
    AuditState.PROPOSED: (_l("拟撤销，等审批"), "bad"),
    AuditState.REVOKED: (_l("已撤销注册"), "bad"),
}

FINDINGS: dict[Finding, LazyString] = {
    Finding.SOUND: _l("合格：资料齐全、真实"),
    Finding.TO_MEND: _l("责令整改：限期补交或改正"),
    Finding.REVOKE: _l("建议撤销：由另一位审批人员决定"),
}

SIDES: dict[Side, LazyString] = {
    Side.PERSON: _l("本人"),
    Side.EMPLOYER: _l("聘用企业"),
}

ASKED = (
    _l("继续教育证明：合格证、学时证明、学习录音录像"),
    _l("养老保险缴费证明"),
    _l("到岗履职证明：任命书、考勤、带班和施工日志"),
)
"""What a check asks for.

Source: 内建行函〔2022〕508号 一(二).
"""


def office_of(session: Session, one: CaseCard) -> OfficeCard | None:
    """Give the office that checks."""
    try:
        return offices.office(session, one.office_id)
    except NotFound:
        return None


def decision(session: Session, one: CaseCard) -> LetterCard | None:
    """Give the decision to revoke, once there is one."""
    found = letters.letters(session, one.application_id)
    return next((p for p in found if p.kind is LetterKind.REVOCATION), None)
